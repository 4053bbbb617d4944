import type {
  AuditEntry,
  AuditFilter,
  AuditLog,
  EntryRange,
  Forgettable,
  NewAuditEntry,
  Opening,
} from "../../../audit/audit-log.ts";
import type { Along } from "../../../audit/along.ts";
import { LogBroken } from "../../../audit/log-broken.ts";
import { GroupCommit } from "../../../flow/group-commit.ts";
import { holdAgainstLeaf, sealEntry } from "../../../audit/leaf.ts";
import { LARGEST_LEAF } from "../../../audit/tlog/entry-bundle.ts";
import { leafHashOf } from "../../../audit/tlog/hash.ts";
import { actionsUnder, VEHICLE_MEMBERS, type AuditAction } from "../../../audit/vocabulary.ts";
import { DataRefused } from "../../../errors.ts";
import { runAlong } from "../along.ts";
import type { Database } from "../database.ts";
import { tellRefusals } from "../database-error.ts";
import { lockDurably } from "../durable.ts";
import { postgresJson } from "../postgres-json.ts";
import { LOCKS } from "../postgres-locks.ts";

interface AuditRow {
  readonly index: number;
  readonly at: Date;
  readonly organisation: number | null;
  readonly action: string;
  readonly outcome: string;
  readonly open: Record<string, unknown>;
  readonly sealed: Record<string, unknown>;
  readonly salts: Record<string, string>;
  readonly leaf: Buffer;
  readonly leafHash: Buffer;
}

const COLUMNS = `index, at, organisation, action, outcome, open, sealed, salts, leaf, leaf_hash as "leafHash"`;

/** Which entries hold what is to be forgotten, each with an index of its own; of vehicles, $3 has the members by action. */
const HOLDS: Readonly<Record<Forgettable, string>> = {
  age: "sealed <> '{}'",
  vehicles: `sealed ?| array['area', 'entries', 'filter', 'nrd', 'nrds', 'pattern', 'question', 'read', 'vrm', 'vrms']
    and sealed ?| array(select jsonb_array_elements_text($3::jsonb -> entry.action))`,
};
const VEHICLES = JSON.stringify(
  Object.fromEntries(VEHICLE_MEMBERS.map(({ action, members }) => [action, members])),
);
const about = (what: Forgettable): readonly string[] => (what === "age" ? [] : [VEHICLES]);

export interface AuditLogOptions {
  /** Called at each step of an append, for whoever tests what a crash there means. */
  readonly step?: (name: "begun" | "numbered" | "inserted" | "committed") => void;
}

/** The audit log in the governed store: one writer at a time over all processes, contiguous numbers, group commit. */
export class PostgresAuditLog implements AuditLog {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #commit: GroupCommit<{ entry: NewAuditEntry; along: Along | undefined }, AuditEntry>;
  readonly #step: NonNullable<AuditLogOptions["step"]>;

  constructor(database: Database, now: () => number, options: AuditLogOptions = {}) {
    this.#database = database;
    this.#now = now;
    this.#step = options.step ?? (() => undefined);
    this.#commit = new GroupCommit((group) => tellRefusals(() => this.#append(group)));
  }

  append(entry: NewAuditEntry, along?: Along): Promise<AuditEntry> {
    return this.#commit.add({ entry, along });
  }

  async find(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    const { organisation, actor, action, actions, head, outcome, vrm, authority, nrd } = filter;
    const { from, to, hidden, before, limit } = filter;
    const rows = await this.#database.query<AuditRow>(
      `select ${COLUMNS} from audit_entry
        where ($1::integer is null or organisation = $1) and ($2::text is null or actor = $2)
          and ($3::text is null or action = $3) and ($4::text[] is null or action = any($4))
          and ($5::text[] is null or action = any($5)) and ($6::text is null or outcome = $6)
          and ($7::text is null or vrms @> array[$7]) and ($8::text is null or authority = $8)
          and ($9::integer is null or nrds @> array[$9])
          and ($10::timestamptz is null or at >= $10) and ($11::timestamptz is null or at < $11)
          and ($12::bigint is null or index < $12)
          and ($14::text[] is null or not ((action = any($14) or coalesce(actor, '') = $15)
                and ($16::text is null or coalesce(sealed ->> 'account', '') = $16)))
        order by index desc limit $13`,
      [
        organisation ?? null,
        actor ?? null,
        action ?? null,
        actions ?? null,
        head === undefined ? null : actionsUnder(head),
        outcome ?? null,
        vrm ?? null,
        authority ?? null,
        nrd ?? null,
        from === undefined ? null : new Date(from),
        to === undefined ? null : new Date(to),
        before ?? null,
        limit,
        hidden?.actions ?? null,
        hidden?.actor ?? null,
        hidden?.about ?? null,
      ],
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

  async openings(index: number): Promise<Readonly<Record<string, Opening>>> {
    const [row] = await this.#database.query<Pick<AuditRow, "sealed" | "salts">>(
      "select sealed, salts from audit_entry where index = $1",
      [index],
    );
    return Object.fromEntries(
      Object.entries(row?.sealed ?? {}).map(([name, value]) => [
        name,
        { value, salt: row?.salts[name] ?? "" },
      ]),
    );
  }

  async toForget(before: number, limit: number, what: Forgettable): Promise<EntryRange | null> {
    const [range] = await this.#database.query<{ from: number | null; to: number | null; count: number }>(
      `select min(index) as "from", max(index) as "to", count(*)::int as count
         from (select index, at from audit_entry as entry where ${HOLDS[what]} order by index limit $2) as oldest
        where at < $1`,
      [new Date(before), limit, ...about(what)],
    );
    if (range === undefined || range.from === null || range.to === null) return null;
    return { from: range.from, to: range.to, count: range.count };
  }

  async forget({ from, to }: Pick<EntryRange, "from" | "to">, what: Forgettable): Promise<void> {
    const without = (column: string): string =>
      what === "age"
        ? `'{}'`
        : `${column} - array(select jsonb_array_elements_text($3::jsonb -> entry.action))`;
    await this.#database.query(
      `update audit_entry as entry set sealed = ${without("sealed")}, salts = ${without("salts")}
        where index between $1 and $2 and ${HOLDS[what]}`,
      [from, to, ...about(what)],
    );
  }

  /** A crash anywhere before the commit: none of the entries is there, and nobody was told that one is. */
  async #append(
    group: readonly { readonly entry: NewAuditEntry; readonly along: Along | undefined }[],
  ): Promise<readonly AuditEntry[]> {
    const written = await this.#database.transaction(async (tx) => {
      this.#step("begun");
      await lockDurably(tx, LOCKS.audit);
      const [last] = await tx.query<{ index: number | null; at: Date | null; signed: number }>(
        `select last.index, last.at, signed
           from (select coalesce(max(size), 0)::bigint as signed from audit_checkpoint) as checkpoint
           left join lateral (select index, at from audit_entry order by index desc limit 1) as last on true`,
      );
      // Time in the log never goes back, whatever the clock does.
      const at = new Date(Math.max(this.#now(), last?.at?.getTime() ?? 0));
      const next = (last?.index ?? -1) + 1;
      const signed = last?.signed ?? 0;
      if (next < signed) throw numbersUsed(next, signed);
      const numbered = group.map(({ entry }, offset) => numberEntry(entry, next + offset, at));
      this.#step("numbered");
      await tx.query(
        `insert into audit_entry (index, at, action, outcome, organisation, open, sealed, salts, leaf, leaf_hash)
         select index, $2, action, outcome, organisation, open, sealed, salts, decode(leaf, 'base64'), decode(hash, 'base64')
           from jsonb_to_recordset($1::jsonb) as entry (index bigint, action text, outcome text, organisation integer,
                open jsonb, sealed jsonb, salts jsonb, leaf text, hash text)`,
        [JSON.stringify(numbered.map(({ row }) => row)), at],
      );
      for (const { along } of group) if (along !== undefined) await runAlong(tx, along);
      this.#step("inserted");
      return numbered.map(({ entry }) => entry);
    });
    // A crash from here on: the entries are there, and an act that nobody answered stands in the log. Never the reverse.
    this.#step("committed");
    return written;
  }
}

const numbersUsed = (next: number, signed: number): LogBroken =>
  new LogBroken(
    `The log was signed over ${signed} entries and holds ${next}: their numbers are not used again.`,
  );

/** The leaf covers what the database will hold, so the entry first takes the form it is stored in. */
function numberEntry(entry: NewAuditEntry, index: number, at: Date): { entry: AuditEntry; row: object } {
  const stored = JSON.parse(postgresJson(entry)) as NewAuditEntry;
  const { open, sealed, salts, leaf } = sealEntry(stored, { index, at });
  if (leaf.length > LARGEST_LEAF)
    throw new DataRefused(
      `The leaf of an audit entry has ${leaf.length} bytes; at most ${LARGEST_LEAF} fit.`,
    );
  const hash = leafHashOf(leaf);
  const { action, outcome, organisation } = stored;
  return {
    entry: { ...stored, index, at, leafHash: hash, open: Object.keys(open), redacted: [], fault: null },
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

function asEntry(row: AuditRow): AuditEntry {
  const { index, at, organisation, action, outcome, open, sealed, leafHash } = row;
  const { actor, requestId, ...members } = sealed;
  return {
    index,
    at,
    organisation,
    actor: typeof actor === "string" ? actor : "",
    action: action as AuditAction,
    outcome: outcome as AuditEntry["outcome"],
    subject: { ...open, ...members },
    requestId: typeof requestId === "string" ? requestId : null,
    leafHash,
    open: Object.keys(open),
    ...holdAgainstLeaf(row),
  };
}
