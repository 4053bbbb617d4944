import { fits, moved } from "../../../identity/accounts/account-state.ts";
import type { HistoryNote } from "../../../identity/accounts/account-store.ts";
import type { MonitoringRule } from "../../../identity/monitoring/rules.ts";
import type {
  Evidence,
  Suspicion,
  SuspicionStore,
  SuspicionDecision,
  SuspicionFilter,
} from "../../../identity/monitoring/suspicion.ts";
import type { Role } from "../../../policy/roles.ts";
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

  async list({ organisation, waiting, before, limit }: SuspicionFilter): Promise<readonly Suspicion[]> {
    const rows = await this.#database.query<SuspicionRow>(
      `${SUSPICION} where ($1::integer is null or suspicion.organisation_id = $1)
         and ($2::boolean is null or (decided_at is null) = $2) and ($3::bigint is null or suspicion.id < $3)
       order by suspicion.id desc limit $4`,
      [organisation, waiting ?? null, before ?? null, limit],
    );
    return rows.map(asSuspicion);
  }

  async byId(id: number): Promise<Suspicion | undefined> {
    const [row] = await this.#database.query<SuspicionRow>(`${SUSPICION} where suspicion.id = $1`, [id]);
    return row && asSuspicion(row);
  }

  async waiting(organisation: number | null): Promise<number> {
    const [row] = await this.#database.query<{ count: number }>(
      `select count(*)::integer as count from suspicion
        where decided_at is null and ($1::integer is null or organisation_id = $1)`,
      [organisation],
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

interface SuspicionRow {
  readonly id: number;
  readonly person_id: number;
  readonly username: string;
  readonly full_name: string;
  readonly roles: readonly string[];
  readonly kind: Suspicion["person"]["kind"];
  readonly state: string;
  readonly organisation_id: number;
  readonly organisation_name: string;
  readonly organisation_code: string;
  readonly at: Date;
  readonly rule: string;
  readonly effect: Suspicion["effect"];
  readonly why: string;
  readonly evidence: Evidence;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly decision: Suspicion["decision"];
  readonly reason: string | null;
}

const asSuspicion = (row: SuspicionRow): Suspicion => ({
  id: row.id,
  person: {
    id: row.person_id,
    username: row.username,
    fullName: row.full_name,
    roles: row.roles as readonly Role[],
    kind: row.kind,
    state: row.state,
  },
  organisation: { id: row.organisation_id, name: row.organisation_name, code: row.organisation_code },
  at: row.at,
  rule: row.rule,
  effect: row.effect,
  why: row.why,
  evidence: row.evidence,
  decided: row.decided_at,
  decidedBy: row.decided_by,
  decision: row.decision,
  reason: row.reason,
});
