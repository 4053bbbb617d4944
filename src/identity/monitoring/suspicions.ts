import { Problem } from "../../errors.ts";
import type { Suspicion, SuspicionStore, SuspicionDecision } from "./suspicion.ts";
import { mayDo } from "../../policy/roles.ts";
import type { SuspicionAct, SuspicionPort } from "../../api/accounts/ports.ts";
import type { SuspicionView } from "../../api/accounts/views.ts";
import type { Rooms } from "../../api/ports.ts";
import { afterId, idNumber, pageByIds } from "../../flow/cursor.ts";
import { isWithin, refusedBy, scopeOf } from "../../policy/scope.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import {
  auditFirst,
  auditedLook,
  auditedRefusals,
  auditedDoing,
  countPage,
} from "../../audit/audit-first.ts";
import type { Caller } from "../caller.ts";

const DECISIONS: Readonly<Record<SuspicionAct, SuspicionDecision>> = {
  lift: "lifted",
  uphold: "upheld",
  note: "noted",
};

export interface SuspicionsParts {
  readonly store: SuspicionStore;
  readonly audit: Rooms["audit"];
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/**
 * Suspicions as people see and decide them. A supervisor decides those of the own organisation, a national auditor any, so
 * that a supervisor's own case has somebody to decide it.
 */
export class Suspicions implements SuspicionPort {
  readonly #parts: SuspicionsParts;

  constructor(parts: SuspicionsParts) {
    this.#parts = parts;
  }

  async list(
    { waiting }: { waiting?: boolean | undefined },
    { limit, cursor }: PageRequest,
    caller: Caller,
  ): Promise<Page<SuspicionView>> {
    const { store, audit } = this.#parts;
    const before = afterId(cursor, "bigint");
    const look = async (): Promise<Page<SuspicionView>> => {
      const { organisation } = scopeOf(caller, "suspension.see");
      const rows = await store.list({ organisation, waiting, before, limit: limit + 1 });
      return pageByIds(rows, limit, (suspicion) => present(suspicion, caller));
    };
    return auditedLook(audit, caller, "account.open", { list: "suspicions" }, look, countPage);
  }

  async open(id: string, caller: Caller): Promise<SuspicionView> {
    const suspicion = await auditedLook(
      this.#parts.audit,
      caller,
      "account.open",
      { suspicion: id },
      () => this.#within(id, caller),
      ({ person }) => ({ count: 1, account: person.username }),
    );
    return present(suspicion, caller);
  }

  waiting(asker: Caller): Promise<number> {
    return this.#parts.store.waiting(scopeOf(asker, "suspension.see").organisation);
  }

  async decide(id: string, decision: SuspicionAct, reason: string, caller: Caller): Promise<SuspicionView> {
    const { store, audit, now } = this.#parts;
    const suspicion = await auditedRefusals(
      audit,
      caller,
      "suspicion.decide",
      { suspicion: id, decision },
      () => this.#aboutAnother(id, caller),
    );
    const { person, effect, decided, rule } = suspicion;
    if (decided !== null && !(suspicion.decision === "upheld" && decision === "lift"))
      throw new Problem("CONFLICT", "Someone has already decided this.");
    if ((decision === "note") !== (effect === "flag"))
      throw new Problem(
        "CONFLICT",
        effect === "flag"
          ? "This only flags the account: record what you found."
          : "This suspended the account: lift or uphold the suspension.",
      );
    const subject = { account: person.username, suspicion: id, rule, decision, reason };
    await auditFirst(audit, caller, "suspicion.decide", subject);
    if (decision === "lift" && person.state === "suspended")
      await auditFirst(audit, caller, "person.reactivate", subject);
    const done = { by: caller.person, decision: DECISIONS[decision], reason, now: now() };
    await auditedDoing(audit, caller, "suspicion.decide", subject, async () => {
      if (!(await store.decide(suspicion.id, done)))
        throw new Problem("CONFLICT", "Someone has already decided this.");
    });
    return present(await this.#within(id, caller), caller);
  }

  async #aboutAnother(id: string, caller: Caller): Promise<Suspicion> {
    const suspicion = await this.#within(id, caller);
    if (suspicion.person.id === caller.person)
      throw refusedBy(
        "suspicion-is-decided-by-another",
        "You cannot decide about yourself.",
        "Another supervisor of your organisation, or a national auditor.",
      );
    return suspicion;
  }

  async #within(id: string, asker: Caller): Promise<Suspicion> {
    const suspicion = await this.#parts.store.byId(idNumber(id, "bigint"));
    if (suspicion === undefined || !isWithin(scopeOf(asker, "suspension.see"), suspicion.organisation.id))
      throw new Problem("NOT_FOUND", "There is no such suspicion in your organisation.");
    return suspicion;
  }
}

const present = (suspicion: Suspicion, asker: Caller): SuspicionView => ({
  id: String(suspicion.id),
  account: {
    username: suspicion.person.username,
    fullName: suspicion.person.fullName,
    roles: [...suspicion.person.roles],
    state: suspicion.person.state as SuspicionView["account"]["state"],
  },
  organisation: { code: suspicion.organisation.code, name: suspicion.organisation.name },
  at: suspicion.at.toISOString(),
  rule: suspicion.rule,
  effect: suspicion.effect,
  why: suspicion.why,
  count: suspicion.evidence.count,
  entries: [...suspicion.evidence.entries],
  decided: suspicion.decided?.toISOString() ?? null,
  decidedBy: suspicion.decidedBy,
  decision: suspicion.decision,
  reason: suspicion.reason,
  mayDecide:
    (suspicion.decided === null || suspicion.decision === "upheld") &&
    suspicion.person.state !== "ended" &&
    suspicion.person.id !== asker.person &&
    mayDo(asker.roles, "suspension.lift"),
});
