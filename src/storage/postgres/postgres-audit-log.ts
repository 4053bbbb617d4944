import type { AuditEntry, AuditFilter, AuditLog, NewAuditEntry } from "../../audit/audit-log.ts";
import { GroupCommit } from "../../audit/group-commit.ts";
import { leafHash } from "../../audit/leaf-hash.ts";
import type { AuditAction } from "../../audit/vocabulary.ts";
import type { Database } from "./database.ts";
import { tellRefusals } from "./database-error.ts";
import { postgresJson } from "./postgres-json.ts";
import { LOCKS } from "./postgres-locks.ts";

interface AuditRow {
  readonly index: number;
  readonly at: Date;
  readonly actor: string;
  readonly organisation: number | null;
  readonly action: string;
  readonly outcome: string;
  readonly subject: Record<string, unknown>;
  readonly request_id: string | null;
  readonly leaf_hash: Buffer;
}

const COLUMNS = "index, at, actor, organisation, action, outcome, subject, request_id, leaf_hash";

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
      const [last] = await tx.query<{ next: number }>(
        "select coalesce(max(index) + 1, 0)::bigint as next from audit_entry",
      );
      const at = new Date(this.#now());
      const numbered = entries.map((entry, offset) => numberEntry(entry, (last?.next ?? 0) + offset, at));
      await tx.query(
        `insert into audit_entry (${COLUMNS})
         select index, $2, actor, organisation, action, outcome, subject, "requestId", decode(hash, 'hex')
           from jsonb_to_recordset($1::jsonb) as entry (index bigint, actor text, organisation integer, action text,
                outcome text, subject jsonb, "requestId" text, hash text)`,
        [JSON.stringify(numbered.map((entry) => ({ ...entry, hash: entry.leafHash.toString("hex") }))), at],
      );
      return numbered;
    });
  }
}

/** The hash covers what the database will hold, so the entry first takes the form it is stored in. */
function numberEntry(entry: NewAuditEntry, index: number, at: Date): AuditEntry {
  const stored = JSON.parse(postgresJson(entry)) as NewAuditEntry;
  const numbered = { ...stored, index, at };
  return { ...numbered, leafHash: leafHash(numbered) };
}

const asEntry = ({ request_id, leaf_hash, action, outcome, ...row }: AuditRow): AuditEntry => ({
  ...row,
  action: action as AuditAction,
  outcome: outcome as AuditEntry["outcome"],
  requestId: request_id,
  leafHash: leaf_hash,
});
