import { z } from "zod";
import { ACCOUNT_STATES, fits, moved } from "../../../identity/accounts/account-state.ts";
import type { HistoryNote } from "../../../identity/accounts/account-store.ts";
import type { MonitoringRule } from "../../../identity/monitoring/rules.ts";
import {
  DECISIONS,
  type Evidence,
  type Suspicion,
  type SuspicionStore,
  type SuspicionDecision,
  type SuspicionFilter,
} from "../../../identity/monitoring/suspicion.ts";
import { ACCOUNT_KINDS, ROLES } from "../../../policy/roles.ts";
import { ACCOUNT, asAccounts } from "./account-row.ts";
import { setAccountState } from "./account-state.ts";
import type { Database, Queryable } from "../database.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";

const SUSPICION = `select suspicion.id, suspicion.person_id, person.username, person.full_name, person.roles, person.kind,
    person.state, suspicion.organisation_id, organisation.name as organisation_name, organisation.code as organisation_code,
    at, rule, effect, why, evidence, decided_at, by.username as decided_by, decision, reason
  from suspicion join person on person.id = suspicion.person_id
    join organisation on organisation.id = suspicion.organisation_id left join person by on by.id = suspicion.decided_by`;

/** What protective monitoring found, in the governed store. */
export class PostgresSuspicionStore implements SuspicionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list({
    organisation,
    waiting,
    notAbout,
    before,
    limit,
  }: SuspicionFilter): Promise<readonly Suspicion[]> {
    const rows = await this.#database.query(
      `${SUSPICION} where ($1::integer is null or suspicion.organisation_id = $1)
         and ($2::boolean is null or (decided_at is null) = $2) and ($3::bigint is null or suspicion.id < $3)
         and suspicion.person_id <> $5 order by suspicion.id desc limit $4`,
      [organisation, waiting ?? null, before ?? null, limit, notAbout],
    );
    return asSuspicions(rows);
  }

  async byId(id: number): Promise<Suspicion | undefined> {
    const [found] = asSuspicions(await this.#database.query(`${SUSPICION} where suspicion.id = $1`, [id]));
    return found;
  }

  async waiting(organisation: number | null, notAbout: number | null): Promise<number> {
    const [row] = await this.#database.query<{ count: number }>(
      `select count(*)::integer as count from suspicion
        where decided_at is null and ($1::integer is null or organisation_id = $1)
          and ($2::integer is null or person_id <> $2)`,
      [organisation, notAbout],
    );
    return row?.count ?? 0;
  }

  suspends(person: number): Promise<boolean> {
    return suspends(this.#database, person);
  }

  async before(person: number, rule: string): Promise<{ waits: boolean; decidedIndex: number }> {
    const [row] = await this.#database.query<{ waits: boolean | null; decided: number | null }>(
      `select bool_or(rule = $2 and decided_at is null) as waits, max(decided_index) as decided
         from suspicion where person_id = $1`,
      [person, rule],
    );
    return { waits: row?.waits ?? false, decidedIndex: row?.decided ?? -1 };
  }

  raise({
    person,
    organisation,
    rule,
    evidence,
    now,
  }: {
    person: number;
    organisation: number;
    rule: Pick<MonitoringRule, "name" | "effect" | "why">;
    evidence: Evidence;
    now: number;
  }): Promise<number | undefined> {
    return this.#database.transaction(async (tx) => {
      const [raised] = await tx.query<{ id: number }>(
        `insert into suspicion (person_id, organisation_id, at, rule, effect, why, evidence)
         values ($1, $2, $3, $4, $5, $6, $7::jsonb) on conflict do nothing returning id`,
        [person, organisation, new Date(now), rule.name, rule.effect, rule.why, postgresJson(evidence)],
      );
      if (raised !== undefined && rule.effect === "suspend")
        await setState(tx, person, "suspend", { by: null, reason: rule.why, now });
      return raised?.id;
    });
  }

  decide(
    id: number,
    { by, decision, reason, now }: { by: number; decision: SuspicionDecision; reason: string; now: number },
  ): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const [decided] = await tx.query<{ person_id: number; effect: string }>(
        `update suspicion set decided_at = $2, decided_by = $3, decision = $4, reason = $5,
            decided_index = (select max(index) from audit_entry)
          where id = $1 and (decided_at is null or (decision = 'upheld' and $4 = 'lifted')) returning person_id, effect`,
        [id, new Date(now), by, decision, postgresText(reason)],
      );
      if (decided === undefined) return false;
      const { person_id: person, effect } = decided;
      if (decision === "lifted" && effect === "suspend" && !(await suspends(tx, person)))
        await setState(tx, person, "reactivate", { by, reason, now });
      return true;
    });
  }
}

async function suspends(tx: Queryable, person: number): Promise<boolean> {
  const rows = await tx.query(
    `select 1 as one from suspicion where person_id = $1 and effect = 'suspend'
        and (decided_at is null or decision = 'upheld') limit 1`,
    [person],
  );
  return rows.length > 0;
}

/** Moves the account on where the act fits its state; where it does not, somebody decided otherwise, and it stays. */
async function setState(
  tx: Queryable,
  person: number,
  act: "suspend" | "reactivate",
  note: HistoryNote,
): Promise<void> {
  const [account] = asAccounts(
    await tx.query(`${ACCOUNT} where person.id = $1 for update of person`, [person]),
  );
  if (account === undefined || !fits(act, account.state)) return;
  const { id, version } = account;
  await setAccountState(tx, { account: id, version, ...moved(account, act), note });
}

const row = z.strictObject({
  id: z.int(),
  person_id: z.int(),
  username: z.string(),
  full_name: z.string(),
  roles: z.array(z.enum(ROLES)),
  kind: z.enum(ACCOUNT_KINDS),
  state: z.enum(ACCOUNT_STATES),
  organisation_id: z.int(),
  organisation_name: z.string(),
  organisation_code: z.string(),
  at: z.date(),
  rule: z.string(),
  effect: z.enum(["suspend", "flag"]),
  why: z.string(),
  evidence: z.object({ count: z.int(), entries: z.array(z.int()) }),
  decided_at: z.date().nullable(),
  decided_by: z.string().nullable(),
  decision: z.enum(DECISIONS).nullable(),
  reason: z.string().nullable(),
});

const asSuspicions = (rows: readonly unknown[]): readonly Suspicion[] =>
  z.array(row).parse(rows).map(asSuspicion);

const asSuspicion = (found: z.infer<typeof row>): Suspicion => ({
  id: found.id,
  person: {
    id: found.person_id,
    username: found.username,
    fullName: found.full_name,
    roles: found.roles,
    kind: found.kind,
    state: found.state,
  },
  organisation: {
    id: found.organisation_id,
    name: found.organisation_name,
    code: found.organisation_code,
  },
  at: found.at,
  rule: found.rule,
  effect: found.effect,
  why: found.why,
  evidence: found.evidence,
  decided: found.decided_at,
  decidedBy: found.decided_by,
  decision: found.decision,
  reason: found.reason,
});
