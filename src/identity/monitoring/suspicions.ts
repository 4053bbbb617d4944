import { accountActs } from "../../audit/acts/account.ts";
import { suspicionActs } from "../../audit/acts/suspicion.ts";
import type { Audited } from "../../audit/audited.ts";
import { Problem } from "../../errors.ts";
import { afterId, idNumber, pageByIds } from "../../flow/cursor.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import { isWithin, scopeOf } from "../../policy/scope.ts";
import type { Caller } from "../caller.ts";
import {
  DECISION_OF,
  decidedAlready,
  requireFitting,
  seenBy,
  type SuspicionAct,
  type SuspicionSeen,
} from "./decision.ts";
import type { Suspicion, SuspicionStore } from "./suspicion.ts";

export interface SuspicionsParts {
  readonly store: SuspicionStore;
  readonly audited: Audited;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/**
 * What protective monitoring found, as people see and decide it (ACC-5, ACC-8). A supervisor decides on suspicions of their
 * own organisation, a national auditor on any, so that a supervisor's own case has somebody to decide it. Nobody is shown, or
 * decides about, a suspicion of themselves: it is as good as not there.
 */
export class Suspicions {
  readonly #parts: SuspicionsParts;

  constructor(parts: SuspicionsParts) {
    this.#parts = parts;
  }

  /** Newest first. */
  async list(
    { waiting }: { waiting?: boolean | undefined },
    { limit, cursor }: PageRequest,
    caller: Caller,
  ): Promise<Page<SuspicionSeen>> {
    const { store, audited } = this.#parts;
    const before = afterId(cursor, "bigint");
    return audited.look(caller.actor, suspicionActs.list, { waiting }, async (entry) => {
      const { organisation } = scopeOf(caller, "suspension.see");
      const rows = await store.list({
        organisation,
        waiting,
        notAbout: caller.person,
        before,
        limit: limit + 1,
      });
      const page = pageByIds(rows, limit, (suspicion) => seenBy(suspicion, caller));
      entry.add({ count: page.items.length });
      return page;
    });
  }

  open(id: string, caller: Caller): Promise<SuspicionSeen> {
    const { audited } = this.#parts;
    return audited.look(caller.actor, suspicionActs.open, { suspicion: id }, async (entry) => {
      const suspicion = await this.#within(id, caller);
      entry.add({ count: 1, account: suspicion.person.username });
      return seenBy(suspicion, caller);
    });
  }

  waiting(caller: Caller): Promise<number> {
    return this.#parts.store.waiting(scopeOf(caller, "suspension.see").organisation, caller.person);
  }

  /** Decides; lifting a suspension makes the account active again. @throws Problem CONFLICT where it does not fit any more */
  decide(id: string, decision: SuspicionAct, reason: string, caller: Caller): Promise<SuspicionSeen> {
    const { store, audited, now } = this.#parts;
    const subject = { suspicion: id, decision, reason };
    return audited.do(caller.actor, suspicionActs.decide, subject, async (entry) => {
      const suspicion = await this.#within(id, caller);
      const { id: person, username: account, state } = suspicion.person;
      entry.add({ account, rule: suspicion.rule });
      requireFitting(suspicion, decision);
      const decide = async (): Promise<void> => {
        const done = { by: caller.person, decision: DECISION_OF[decision], reason, now: now() };
        if (!(await store.decide(suspicion.id, done))) throw decidedAlready();
      };
      await (decision === "lift" && state === "suspended"
        ? audited.do(caller.actor, accountActs.reactivate, { account, person, reason }, decide)
        : decide());
      return seenBy(await this.#within(id, caller), caller);
    });
  }

  async #within(id: string, caller: Caller): Promise<Suspicion> {
    const suspicion = await this.#parts.store.byId(idNumber(id, "bigint"));
    if (
      suspicion === undefined ||
      suspicion.person.id === caller.person ||
      !isWithin(scopeOf(caller, "suspension.see"), suspicion.organisation.id)
    )
      throw new Problem("NOT_FOUND", "There is no such suspicion in your organisation.");
    return suspicion;
  }
}
