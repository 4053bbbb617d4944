import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";

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
    messageRefused(message: { protocol: string; source: number | null; code: string }): void {
      metrics.messagesRefused.inc({ protocol: message.protocol, code: message.code });
      log.warn({ event: "message-refused", ...message });
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
      if (problem.status >= 500 && problem.status !== 503) log.error({ event: "fault", ...rest, err: cause });
      else log.debug({ event: "problem-answered", ...rest });
    },

    connectionDropped(): void {
      metrics.connectionsDropped.inc();
    },
  };
}

/** Why a hit stream ended. */
export type StreamEnd = "client-left" | "too-slow" | "session-ended" | "not-checked" | "stopping";
