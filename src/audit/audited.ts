import { Problem } from "../errors.ts";
import type { Act } from "./act.ts";
import type { Actor } from "./actor.ts";
import type { ActName } from "./acts.ts";
import type { Along } from "./along.ts";
import type { AuditEntry, AuditLog } from "./audit-log.ts";
import type { AuditOutcome } from "./outcome.ts";
import { personalDetailsOf, personalDetailsRefused, withoutPersonalDetails } from "./personal-details.ts";

/** An act or a look that is under way: its entry stands in the log, how it ends will. */
export interface UnderWay<Subject> {
  /** Index of the entry that stands before it. */
  readonly receipt: number;
  /** Adds to what the log will have of its end, however it ends: what was found, how much of it, by which rules. */
  readonly add: (more: Partial<Subject>) => void;
  /** What is to be written with its end, in one transaction. */
  readonly endWith: (along: Along) => void;
}

type Work<Subject, Result> = (entry: UnderWay<Subject>) => Promise<Result>;
type Flow<Subject, Item> = (entry: UnderWay<Subject>) => AsyncIterable<Item>;

/**
 * The only way to write to the log (AUD-1, AUD-8). Two verbs: `look` at what is not everybody's to see, and `do` what changes
 * something. Each writes `asked` before, and afterwards how it ended: `allowed` (a look) or `done` (an act), `refused` with the
 * rules, or `failed`. What cannot be logged is not done; what was done and whose end cannot be logged is not given out.
 *
 * Where a crash falls between the two entries, the log has the first alone: somebody set out, and how it ended is not known.
 */
export class Audited {
  readonly #log: Pick<AuditLog, "append">;

  constructor(log: Pick<AuditLog, "append">) {
    this.#log = log;
  }

  /**
   * Looks, and answers what was found.
   * @param subject what it is about; ids, reasons and filters, never images
   * @param along written with the entry before the look, in one transaction
   * @throws Problem LOG_UNAVAILABLE before the look when it cannot be logged, after it when its end cannot
   */
  look<Subject extends object, Found>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    work: Work<Subject, Found>,
    along?: Along,
  ): Promise<Found> {
    return this.#underLog(actor, act, subject, "allowed", work, along);
  }

  /**
   * Looks at what everybody who may ask may see, which has no entry; being refused it has one, for whoever tries ids tells by it
   * (AUD-5).
   */
  async lookOpenly<Subject extends object, Found>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    work: () => Promise<Found>,
  ): Promise<Found> {
    try {
      return await work();
    } catch (error) {
      const { outcome, ...said } = endOf(error);
      if (outcome === "refused") await this.#write(actor, act, outcome, { ...subject, ...said });
      throw error;
    }
  }

  /** Looks at what comes piece by piece. Resolves once the look is in the log; its end is there when the last piece was taken. */
  lookEach<Subject extends object, Item>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    flow: Flow<Subject, Item>,
  ): Promise<AsyncGenerator<Item, void, undefined>> {
    return this.#flowUnderLog(actor, act, subject, "allowed", flow);
  }

  /**
   * Does something, and answers what came of it. Without work it is over when it is told, as a refusal at the door is: then
   * one entry says so, with the outcome of the table.
   * @throws Problem LOG_UNAVAILABLE before the act when it cannot be logged, after it when its end cannot
   */
  do<Subject extends object>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
  ): Promise<void>;
  do<Subject extends object, Result>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    work: Work<Subject, Result>,
  ): Promise<Result>;
  async do<Subject extends object, Result>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    work?: Work<Subject, Result>,
  ): Promise<Result | void> {
    if (work !== undefined) return this.#underLog(actor, act, subject, "done", work);
    await this.#write(actor, act, act.outcome, subject);
  }

  /**
   * Does one thing of which several entries tell, as of a thousand things at once: all of them stand in the log before it is
   * done, and each again with how it ended.
   * @param ends what the log has of each end, in the order of the subjects: more members, or the Problem that kept that one undone
   */
  async doAll<Subject extends object, Result>(
    actor: Actor,
    act: Act<string, Subject>,
    subjects: readonly Subject[],
    work: () => Promise<Result>,
    ends: (result: Result) => readonly (Partial<Subject> | Problem)[] = () => [],
  ): Promise<Result> {
    const asked = await Promise.allSettled(
      subjects.map((subject) => this.#begin(actor, act, subject, "done")),
    );
    const begun = asked.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    const unlogged = asked.find((one) => one.status === "rejected");
    if (unlogged !== undefined) {
      // Nothing will be done: those that stand in the log are told to have failed, as far as it can be written.
      await Promise.allSettled(begun.map(({ end }) => end(unlogged.reason)));
      throw unlogged.reason;
    }
    let result: Result;
    try {
      result = await work();
    } catch (error) {
      await Promise.all(begun.map(({ end }) => end(error)));
      throw error;
    }
    const each = ends(result);
    await Promise.all(
      begun.map(({ entry, end }, at) => {
        const its = each[at];
        if (its instanceof Problem) return end(its);
        if (its !== undefined) entry.add(its);
        return end();
      }),
    );
    return result;
  }

  /** Does something row by row. Resolves once it is in the log; its end is there when the last row was taken, or none more is. */
  doEach<Subject extends object, Item>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    flow: Flow<Subject, Item>,
  ): Promise<AsyncGenerator<Item, void, undefined>> {
    return this.#flowUnderLog(actor, act, subject, "done", flow);
  }

  async #underLog<Subject extends object, Result>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    well: AuditOutcome,
    work: Work<NoInfer<Subject>, Result>,
    along?: Along,
  ): Promise<Result> {
    const { entry, end } = await this.#begin(actor, act, subject, well, along);
    let result: Result;
    try {
      result = await work(entry);
    } catch (error) {
      await end(error);
      throw error;
    }
    await end();
    return result;
  }

  async #flowUnderLog<Subject extends object, Item>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    well: AuditOutcome,
    flow: Flow<NoInfer<Subject>, Item>,
  ): Promise<AsyncGenerator<Item, void, undefined>> {
    const { entry, end } = await this.#begin(actor, act, subject, well);
    return (async function* () {
      let failed: unknown;
      try {
        yield* flow(entry);
      } catch (error) {
        failed = error ?? new Error("It ended without saying why.");
        throw error;
      } finally {
        // Whoever stops taking ends it as well: what was taken until then was shown or done.
        await end(failed);
      }
    })();
  }

  async #begin<Subject extends object>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
    well: AuditOutcome,
    along?: Along,
  ): Promise<{ entry: UnderWay<Subject>; end: (error?: unknown) => Promise<void> }> {
    await this.#refusePersonalDetails(actor, act, subject);
    const { index } = await this.#write(actor, act, "asked", subject, along);
    let known: Subject = subject;
    let atTheEnd: Along | undefined;
    const entry: UnderWay<Subject> = {
      receipt: index,
      add: (more) => {
        known = { ...known, ...more };
      },
      endWith: (change) => {
        atTheEnd = change;
      },
    };
    const end = async (error?: unknown): Promise<void> => {
      const { outcome, ...said } = error === undefined ? { outcome: well } : endOf(error);
      await this.#write(actor, act, outcome, { ...known, ...said }, atTheEnd).catch((cause: unknown) => {
        if (outcome !== "done") throw cause;
        throw new Problem(
          "LOG_END_UNAVAILABLE",
          "It may have been done, but the log does not say so yet. Look before you try again.",
          { cause, retryAfter: 60 },
        );
      });
    };
    return { entry, end };
  }

  /** The log keeps what people write for years, and many read it: whose birthday it is belongs into the case system (INV-3). */
  async #refusePersonalDetails<Subject extends object>(
    actor: Actor,
    act: Act<string, Subject>,
    subject: NoInfer<Subject>,
  ): Promise<void> {
    const errors = personalDetailsOf(subject as Readonly<Record<string, unknown>>);
    if (errors.length === 0) return;
    const refused = personalDetailsRefused(errors);
    await this.#write(actor, act, "failed", { ...subject, codes: endOf(refused).codes });
    throw refused;
  }

  async #write<Subject extends object>(
    actor: Actor,
    act: Act<string, Subject>,
    outcome: AuditOutcome,
    subject: NoInfer<Subject>,
    along?: Along,
  ): Promise<AuditEntry> {
    const { name, organisation, requestId } = actor;
    // A member that the table does not name is a fault of ours: nothing is written, and nothing done.
    const checked = act.subject.parse(withoutPersonalDetails(subject)) as Readonly<Record<string, unknown>>;
    try {
      return await this.#log.append(
        {
          actor: name,
          organisation,
          action: act.name as ActName,
          outcome,
          subject: checked,
          requestId,
        },
        along,
      );
    } catch (cause) {
      if (cause instanceof Problem) throw cause;
      throw new Problem("LOG_UNAVAILABLE", "Nothing was done. Try again in a minute.", {
        cause,
        retryAfter: 60,
      });
    }
  }
}

/** How something ended that threw. What is not there for whoever asks is refused: whether it is there at all is not said. */
function endOf(error: unknown): {
  readonly outcome: "refused" | "failed";
  readonly codes?: readonly string[];
  readonly rules?: readonly string[];
} {
  if (!(error instanceof Problem)) return { outcome: "failed" };
  const codes = [error.code, ...error.errors.map(({ code }) => code)];
  const { rules } = error.extra;
  const refused = error.code === "NOT_AUTHORISED" || error.code === "NOT_FOUND";
  return {
    outcome: refused ? "refused" : "failed",
    codes,
    ...(Array.isArray(rules) ? { rules: rules as readonly string[] } : {}),
  };
}
