import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { causeOf, PacedLines } from "./paced-lines.ts";
import type { Readiness } from "./health.ts";

/** How many reads of one message met with one fate. */
export interface VerdictCount {
  readonly verdict: "stored" | "duplicate" | "quarantined" | "refused";
  /** Empty when the verdict carries no code. */
  readonly code: string;
  readonly count: number;
}

/**
 * What happens in the business, one function each: the metric is bumped and the line is logged here and nowhere else, in one
 * shape: `event`, then whole-word members. Times are epoch milliseconds UTC.
 */
export type Events = ReturnType<typeof createEvents>;

/** Binds the events to where they are counted and written. `now` is for tests. */
export function createEvents(metrics: Metrics, log: Logger, now: () => number = Date.now) {
  const unavailable = new PacedLines(now);
  /** A 503, whoever was answered: the first of each cause at once, then one line a minute. */
  const turnedAway = (code: string, cause: unknown, members: object): void =>
    unavailable.say(`${code} ${causeOf(cause)}`, (keptBack) =>
      log.error({ event: "unavailable", code, ...members, keptBack, err: cause }),
    );
  return {
    /** A group of a feed's reads was answered after its data was durable; once a group, never once a read. */
    groupAnswered(group: {
      protocol: string;
      source: number;
      received: number;
      verdicts: readonly VerdictCount[];
    }): void {
      const { protocol, verdicts } = group;
      for (const { verdict, code, count } of verdicts) {
        metrics.reads.inc({ protocol, verdict, code }, count);
        if (verdict === "quarantined") metrics.quarantined.inc({ code }, count);
      }
      metrics.receiptToAcknowledged.observe({ protocol }, Math.max(0, now() - group.received) / 1_000);
      if (log.isLevelEnabled("debug")) log.debug({ event: "group-answered", ...group });
    },

    /** A feed message was turned away whole, before anything was accepted. */
    messageRefused(message: {
      protocol: string;
      source: number | null;
      code: string;
      /** 503: the sender is asked to send again. */
      status: number;
      cause: unknown;
    }): void {
      const { cause, status, ...rest } = message;
      metrics.messagesRefused.inc({ protocol: message.protocol, code: message.code });
      if (status === 503) turnedAway(message.code, cause, rest);
      else log.warn({ event: "message-refused", ...rest });
    },

    /** One message, or one thing dropped from it; `kind` is from the protocol's closed set. */
    message(protocol: string, kind: string): void {
      metrics.messages.inc({ protocol, kind });
    },

    /** A group of reads became durable. */
    groupCommitted(group: { rows: number; seconds: number }): void {
      metrics.archiveGroupRows.observe(group.rows);
      metrics.archiveGroupDuration.observe(group.seconds);
      if (log.isLevelEnabled("debug")) log.debug({ event: "group-committed", ...group });
    },

    hitRaised(hit: { id: string; list: string; priority: string; received: number }): void {
      metrics.hits.inc({ priority: hit.priority });
      metrics.receiptToHit.observe(Math.max(0, now() - hit.received) / 1_000);
      log.info({ event: "hit-raised", hit: hit.id, list: hit.list, priority: hit.priority });
    },

    hitAnswered(answer: {
      hit: string;
      act: "acknowledge" | "verify" | "disposition";
      person: number;
    }): void {
      metrics.hitsAnswered.inc({ act: answer.act });
      log.info({ event: "hit-answered", ...answer });
    },

    streamOpened(stream: { person: number }): void {
      metrics.streamClients.inc();
      log.info({ event: "stream-opened", ...stream });
    },

    streamClosed(stream: { person: number; reason: StreamEnd }): void {
      metrics.streamClients.dec();
      if (stream.reason !== "client-left") metrics.streamDropped.inc({ reason: stream.reason });
      log.info({ event: "stream-closed", ...stream });
    },

    streamWrote(events: number): void {
      metrics.streamEvents.inc(events);
    },

    quarantineDecided(decision: {
      quarantineId: string;
      decision: "release" | "discard";
      person: number;
    }): void {
      metrics.quarantineDecided.inc({ decision: decision.decision });
      log.info({ event: "quarantine-decided", ...decision });
    },

    signedIn(person: { person: number; roles: readonly string[] }): void {
      metrics.signIns.inc({ outcome: "signed-in" });
      log.info({ event: "signed-in", ...person });
    },

    /** `code` says why to us; the person is told only that the details are not right. */
    signInRefused(attempt: { address: string; code: string }): void {
      metrics.signIns.inc({ outcome: attempt.code });
      log.warn({ event: "sign-in-refused", ...attempt });
    },

    /** A person who is signed in wanted something their role may not do. */
    refused(refusal: { person: number; roles: readonly string[]; action: string }): void {
      metrics.refusals.inc({ action: refusal.action });
      log.warn({ event: "refused", ...refusal });
    },

    enquiryAnswered(enquiry: { kind: string; outcome: string; seconds: number; person: number }): void {
      metrics.enquiries.inc({ kind: enquiry.kind, outcome: enquiry.outcome });
      metrics.enquiryDuration.observe({ kind: enquiry.kind }, enquiry.seconds);
      log.info({ event: "enquiry-answered", ...enquiry });
    },

    retentionRan(run: { day: string; outcome: string; reads: number }): void {
      metrics.retentionRuns.inc({ outcome: run.outcome });
      log.info({ event: "retention-ran", ...run });
    },

    /** A reply that was an error. Faults of ours carry their cause into the log, never into the reply. */
    problemAnswered(problem: {
      code: string;
      status: number;
      path: string;
      requestId: string;
      /** The sender's own token for the request. */
      sendersToken?: string | undefined;
      cause?: unknown;
    }): void {
      metrics.problems.inc({ code: problem.code });
      const { cause, ...rest } = problem;
      const { status, code } = problem;
      if (status === 503) turnedAway(code, cause, rest);
      else if (status >= 500) log.error({ event: "fault", ...rest, err: cause });
      else log.debug({ event: "problem-answered", ...rest });
    },

    /** `/readyz` answers otherwise than before, or for another reason. */
    readinessChanged({ ready, state, checks }: Readiness): void {
      const failing = checks.filter(({ ok }) => !ok).map(({ name, detail }) => ({ name, detail }));
      if (ready || failing.length === 0) log.info({ event: "readiness", ready, state });
      else log.error({ event: "readiness", ready, state, failing });
    },

    connectionDropped(): void {
      metrics.connectionsDropped.inc();
    },
  };
}

/** Why a hit stream ended. */
export type StreamEnd = "client-left" | "too-slow" | "session-ended" | "not-checked" | "stopping";
