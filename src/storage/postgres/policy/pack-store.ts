import { Problem } from "../../../errors.ts";
import type { PackStore, PackFiles, PackOnRecord, PackRecord } from "../../../policy/pack-store.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresText } from "../postgres-json.ts";
import type { PackTexts } from "../../../policy/policy-pack.ts";

interface Row {
  readonly digest: string;
  readonly id: string;
  readonly state: PackRecord["state"];
  readonly proposed_by: number | null;
  readonly proposer: string | null;
  readonly proposed_at: Date;
  readonly decided_by: number | null;
  readonly decider: string | null;
  readonly decided_at: Date | null;
  readonly reason: string;
  readonly effective_from: Date;
}

const COLUMNS = `encode(pack.digest, 'hex') as digest, pack.id, pack.state, proposed_by, proposer.username as proposer,
  proposed_at, decided_by, decider.username as decider, decided_at, reason, effective_from`;
const FROM = `from policy_pack pack left join person proposer on proposer.id = proposed_by
  left join person decider on decider.id = decided_by`;

/** The policy packs in the governed store. */
export class PostgresPackStore implements PackStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async adopt({ digest, id, texts }: PackFiles, at: number, why: string): Promise<void> {
    // Processes that start together adopt the same files once; what waits for a decision may be named, what was refused never.
    await this.#database.query(
      `insert into policy_pack (digest, id, body, state, proposed_at, decided_at, reason, effective_from)
       values (decode($1, 'hex'), $2, $3::jsonb, 'approved', $4, $4, $5, $4)
       on conflict (digest) do update set state = 'approved', decided_at = excluded.decided_at, reason = excluded.reason,
         effective_from = excluded.effective_from where policy_pack.state = 'proposed'`,
      [digest, id, JSON.stringify(texts), new Date(at), why],
    );
  }

  async propose(
    { digest, id, texts }: PackFiles,
    { by, at, reason, effectiveFrom }: { by: number; at: number; reason: string; effectiveFrom: number },
  ): Promise<PackRecord> {
    try {
      await this.#database.query(
        `insert into policy_pack (digest, id, body, state, proposed_by, proposed_at, reason, effective_from)
         values (decode($1, 'hex'), $2, $3::jsonb, 'proposed', $4, $5, $6, $7)`,
        [digest, id, JSON.stringify(texts), by, new Date(at), postgresText(reason), new Date(effectiveFrom)],
      );
    } catch (error) {
      if (isUniqueViolation(error))
        throw new Problem("CONFLICT", "This very pack is on record already; change it, and its id, first.");
      throw error;
    }
    return (await this.find(digest)) as PackRecord;
  }

  async decide(
    digest: string,
    { state, by, at, reason }: Parameters<PackStore["decide"]>[1],
  ): Promise<PackRecord> {
    const decided = await this.#database.query(
      `update policy_pack set state = $2, decided_by = $3, decided_at = $4, effective_from = greatest(effective_from, $4),
         reason = reason || E'\\n' || $5
       where digest = decode($1, 'hex') and state = 'proposed' and proposed_by <> $3 returning id`,
      [digest, state, by, new Date(at), postgresText(reason)],
    );
    if (decided.length === 0)
      throw new Problem(
        "CONFLICT",
        "Only a pack that waits is decided on, and never by whoever proposed it.",
      );
    return (await this.find(digest)) as PackRecord;
  }

  async find(digest: string): Promise<PackOnRecord | undefined> {
    const [row] = await this.#database.query<Row & { readonly body: PackTexts }>(
      `select ${COLUMNS}, body ${FROM} where pack.digest = decode($1, 'hex')`,
      [digest],
    );
    return row && { ...asRecord(row), texts: row.body };
  }

  async hasActive(organisation: number, roles: readonly string[]): Promise<boolean> {
    const rows = await this.#database.query(
      `select 1 from person where organisation_id = $1 and state = 'active' and roles && $2::text[] limit 1`,
      [organisation, roles],
    );
    return rows.length > 0;
  }

  async all(): Promise<readonly PackRecord[]> {
    const rows = await this.#database.query<Row>(
      `select ${COLUMNS} ${FROM} order by proposed_at desc, pack.digest limit 100`,
    );
    return rows.map(asRecord);
  }

  async inForceAt(at: number): Promise<PackOnRecord | undefined> {
    const [row] = await this.#database.query<Row & { readonly body: PackTexts }>(
      `select ${COLUMNS}, body ${FROM} where pack.state = 'approved' and effective_from <= $1
       order by effective_from desc, decided_at desc limit 1`,
      [new Date(at)],
    );
    return row && { ...asRecord(row), texts: row.body };
  }
}

const asRecord = (row: Row): PackRecord => ({
  digest: row.digest,
  id: row.id,
  state: row.state,
  proposedBy: row.proposed_by === null ? null : { id: row.proposed_by, username: row.proposer ?? "" },
  proposedAt: row.proposed_at.getTime(),
  decidedBy: row.decided_by === null ? null : { id: row.decided_by, username: row.decider ?? "" },
  decidedAt: row.decided_at?.getTime() ?? null,
  reason: row.reason,
  effectiveFrom: row.effective_from.getTime(),
});
