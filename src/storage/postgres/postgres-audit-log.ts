import type { AuditEntry, AuditFilter, AuditLog, NewAuditEntry } from "../../audit/audit-log.ts";
import { GroupCommit } from "../../audit/group-commit.ts";
import { sealEntry } from "../../audit/leaf.ts";
import { leafHashOf } from "../../audit/tlog/hash.ts";
import type { AuditAction } from "../../audit/vocabulary.ts";
import type { Database } from "./database.ts";
import { tellRefusals } from "./database-error.ts";
import { postgresJson } from "./postgres-json.ts";
import { LOCKS } from "./postgres-locks.ts";

interface AuditRow {
  readonly index: number;
  readonly at: Date;
  readonly organisation: number | null;
  readonly action: string;
  readonly outcome: string;
  readonly open: Record<string, unknown>;
  readonly sealed: Record<string, unknown>;
  readonly leaf_hash: Buffer;
}

const COLUMNS = "index, at, organisation, action, outcome, open, sealed, leaf_hash";

/** The audit log in the governed store: one writer at a time over all processes, contiguous numbers, group commit. */
export class PostgresAuditLog implements AuditLog {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #commit: GroupCommit<NewAuditEntry, AuditEntry>;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#commit = new GroupCommit((entries) => tellRefusals(() => this.#append(entries)));
  }

  append(entry: NewAuditEntry): Promise<AuditEntry> {
    return this.#commit.add(entry);
  }

  async find({ organisation, actor, action, before, limit }: AuditFilter): Promise<readonly AuditEntry[]> {
    const rows = await this.#database.query<AuditRow>(
      `select ${COLUMNS} from audit_entry
        where ($1::integer is null or organisation = $1) and ($2::text is null or actor = $2)
          and ($3::text is null or action = $3) and ($4::bigint is null or index < $4)
        order by index desc limit $5`,
      [organisation ?? null, actor ?? null, action ?? null, before ?? null, limit],
    );
    return rows.map(asEntry);
  }

  async from(index: number, limit: number): Promise<readonly AuditEntry[]> {
    const rows = await this.#database.query<AuditRow>(
      `select ${COLUMNS} from audit_entry where index >= $1 order by index limit $2`,
      [index, limit],
    );
    return rows.map(asEntry);
  }

  #append(entries: readonly NewAuditEntry[]): Promise<readonly AuditEntry[]> {
    return this.#database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.audit]);
      const [last] = await tx.query<{ next: number; at: Date | null }>(
        "select coalesce(max(index) + 1, 0)::bigint as next, max(at) as at from audit_entry",
      );
      // Time in the log never goes back, whatever the clock does.
      const at = new Date(Math.max(this.#now(), last?.at?.getTime() ?? 0));
      const numbered = entries.map((entry, offset) => numberEntry(entry, (last?.next ?? 0) + offset, at));
      await tx.query(
        `insert into audit_entry (index, at, action, outcome, organisation, open, sealed, salts, leaf, leaf_hash)
         select index, $2, action, outcome, organisation, open, sealed, salts, decode(leaf, 'base64'), decode(hash, 'base64')
           from jsonb_to_recordset($1::jsonb) as entry (index bigint, action text, outcome text, organisation integer,
                open jsonb, sealed jsonb, salts jsonb, leaf text, hash text)`,
        [JSON.stringify(numbered.map(({ row }) => row)), at],
      );
      return numbered.map(({ entry }) => entry);
    });
  }
}

/** The leaf covers what the database will hold, so the entry first takes the form it is stored in. */
function numberEntry(entry: NewAuditEntry, index: number, at: Date): { entry: AuditEntry; row: object } {
  const stored = JSON.parse(postgresJson(entry)) as NewAuditEntry;
  const { open, sealed, salts, leaf } = sealEntry(stored, { index, at });
  const hash = leafHashOf(leaf);
  const { action, outcome, organisation } = stored;
  return {
    entry: { ...stored, index, at, leafHash: hash },
    row: {
      index,
      action,
      outcome,
      organisation,
      open,
      sealed,
      salts,
      leaf: leaf.toString("base64"),
      hash: hash.toString("base64"),
    },
  };
}

const asEntry = ({ open, sealed, leaf_hash, action, outcome, ...row }: AuditRow): AuditEntry => {
  const { actor, requestId, ...members } = sealed;
  return {
    ...row,
    actor: typeof actor === "string" ? actor : "",
    action: action as AuditAction,
    outcome: outcome as AuditEntry["outcome"],
    subject: { ...open, ...members },
    requestId: typeof requestId === "string" ? requestId : null,
    leafHash: leaf_hash,
  };
};
