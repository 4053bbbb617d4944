import { z } from "zod";
import { Problem } from "../../../errors.ts";
import { checkEntry } from "../../../list/check-entry.ts";
import { plainScope, type CheckedEntry } from "../../../list/entry-identity.ts";
import {
  LARGEST_ADDITION,
  type EndedEntry,
  type ListStore,
  type ReplacedTexts,
} from "../../../list/list-store.ts";
import type {
  EntryVerdict,
  ListEntry,
  NewListEntry,
  NewVehicleList,
  Priority,
  VehicleList,
} from "../../../list/list-entry.ts";
import type { Database, Queryable } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresJson } from "../postgres-json.ts";
import { LOCKS } from "../postgres-locks.ts";
import { ENTRY, entryRow, LIST, listRow, TEXTS, textsRow } from "./list-row.ts";
import { tellHitsAgain, writeEntries } from "./write-entries.ts";

const [lists, entries] = [z.array(listRow), z.array(entryRow)];
const pastTexts = z.array(textsRow);

const ENDED_BEFORE = "state <> 'active' and vrm <> '' and ended_at < $1";

/** Lists and their entries in the governed store. */
export class PostgresListStore implements ListStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async create(list: NewVehicleList): Promise<VehicleList> {
    const { name, organisation, purpose, priority, category, accountable } = list;
    try {
      const rows = await this.#database.query(
        `insert into list (name, organisation_id, purpose, priority, category, accountable, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning ${LIST}`,
        [name, organisation, purpose, priority, category, accountable, new Date(this.#now())],
      );
      return listRow.parse(rows[0]);
    } catch (error) {
      if (isUniqueViolation(error))
        throw new Problem("CONFLICT", `There is a list called “${name}” already.`);
      throw error;
    }
  }

  async all(): Promise<readonly VehicleList[]> {
    return lists.parse(await this.#database.query(`select ${LIST} from list order by name, id`));
  }

  async byId(id: number): Promise<VehicleList | undefined> {
    const rows = await this.#database.query(`select ${LIST} from list where id = $1`, [id]);
    return lists.parse(rows)[0];
  }

  async entries(list: number, page: Parameters<ListStore["entries"]>[1]): Promise<readonly ListEntry[]> {
    const rows = await this.#database.query(
      `select ${ENTRY} from list_entry
        where list_id = $1 and id > $2 and ($3::text is null or state = $3) and ($4::text is null or vrm = $4)
        order by id limit $5`,
      [list, page.after ?? 0, page.state ?? null, page.vrm ?? null, page.limit],
    );
    return entries.parse(rows);
  }

  async entry(id: number): Promise<ListEntry | undefined> {
    const rows = await this.#database.query(`select ${ENTRY} from list_entry where id = $1`, [id]);
    return entries.parse(rows)[0];
  }

  async add(list: number, given: readonly NewListEntry[], by: number): Promise<readonly EntryVerdict[]> {
    if (given.length > LARGEST_ADDITION) {
      throw new Problem("TOO_LARGE", `${given.length} entries at once; send at most ${LARGEST_ADDITION}.`);
    }
    const target = await this.byId(list);
    if (target === undefined) throw new Problem("NOT_FOUND", `There is no list ${list}.`);
    if (target.state !== "active") throw new Problem("CONFLICT", `The list “${target.name}” is closed.`);
    const checked = given.map((entry, index) => ({ index, entry, result: checkEntry(entry) }));
    const rows = checked.flatMap(({ index, entry, result }) =>
      "code" in result ? [] : [asChecked(index, entry, result, target.priority)],
    );
    const outcomes =
      rows.length === 0
        ? []
        : await this.#change((tx) => writeEntries(tx, list, rows, by, new Date(this.#now())));
    const outcomeOf = new Map(outcomes.map((outcome) => [outcome.index, outcome]));
    return checked.map(({ index, result }) => {
      if ("code" in result) return { index, verdict: "refused", ...result };
      const { verdict, id, vrm, awaiting } = outcomeOf.get(index) as (typeof outcomes)[number];
      return { index, verdict, id, vrm, awaiting };
    });
  }

  async texts(entry: number): Promise<readonly ReplacedTexts[]> {
    const rows = await this.#database.query(
      `select ${TEXTS} from list_entry_text where entry_id = $1 order by id`,
      [entry],
    );
    return pastTexts.parse(rows);
  }

  confirm(list: number, given: readonly number[], by: number): Promise<readonly ListEntry[]> {
    const now = new Date(this.#now());
    return this.#change(async (tx) => {
      const rows = await tx.query(
        `update list_entry set state = 'active', confirmed_by = $3, confirmed_at = $4, changed_seq = nextval('list_change')
          where list_id = $1 and id = any($2::integer[]) and state = 'awaiting' and created_by <> $3
            and changed_by is distinct from $3 and (valid_until is null or valid_until > $4) returning ${ENTRY}`,
        [list, given, by, now],
      );
      const confirmed = entries.parse(rows);
      const replaced = await tx.query<{ id: number; fresh: number }>(
        `update list_entry old set state = 'removed', ended_by = $2, ended_at = $3, ended_why = 'Replaced by entry ' || fresh.id,
            replaced_by = fresh.id, changed_seq = nextval('list_change')
           from list_entry fresh
          where fresh.id = any($1::integer[]) and old.list_id = fresh.list_id and old.vrm = fresh.vrm and old.id <> fresh.id
            and old.state = 'active' and old.scope is not distinct from fresh.scope
            and old.valid_from is not distinct from fresh.valid_from
            and (old.valid_until is not distinct from fresh.valid_until or
              (fresh.end_by_pack and (old.end_by_pack or old.valid_until is null)))
        returning old.id, fresh.id as fresh`,
        [confirmed.map(({ id }) => id), by, now],
      );
      await tellHitsAgain(tx, await nowReplacedBy(tx, replaced));
      return confirmed;
    });
  }

  async remove(entry: number, why: string, by: number): Promise<ListEntry> {
    if (why.trim() === "") {
      const errors = [{ path: "reason", code: "REASON_MISSING", message: "Say why the entry is removed." }];
      throw new Problem("INPUT_INVALID", "Removing an entry needs a reason.", { errors });
    }
    const rows = await this.#changeBy(
      `update list_entry set state = 'removed', ended_by = $2, ended_at = $3, ended_why = $4,
          changed_seq = nextval('list_change')
        where id = $1 and state in ('awaiting', 'active') returning ${ENTRY}`,
      [entry, by, new Date(this.#now()), why.trim()],
    );
    const [row] = entries.parse(rows);
    if (row !== undefined) return row;
    const known = await this.entry(entry);
    if (known === undefined) throw new Problem("NOT_FOUND", `There is no list entry ${entry}.`);
    throw new Problem("CONFLICT", `Entry ${entry} is ${known.state} already.`);
  }

  /** How many entries that ended before a moment (epoch ms) still say which vehicle they were about. */
  async endedWithVehicles(before: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      `select count(*) as due from list_entry where ${ENDED_BEFORE}`,
      [new Date(before)],
    );
    return row?.due ?? 0;
  }

  /** Empties them (RET-9): who added and ended them, and when, stays. Answers how many. */
  async forgetEnded(before: number): Promise<number> {
    const gone = await this.#database.query(
      `with past as (delete from list_entry_text where entry_id in (select id from list_entry where ${ENDED_BEFORE}))
       update list_entry set vrm = '', reason = '', instruction = '', make = null, model = null, colour = null, country = null, warnings = null,
          scope = null, ended_why = '' where ${ENDED_BEFORE} returning id`,
      [new Date(before)],
    );
    return gone.length;
  }

  ended(now: number, limit: number): Promise<readonly EndedEntry[]> {
    return this.#database.query<EndedEntry>(
      `select list_entry.id, list_id as list, organisation_id as organisation, vrm from list_entry join list on list.id = list_id
        where list_entry.state in ('awaiting', 'active') and valid_until <= $1
        order by list_id, list_entry.id limit $2`,
      [new Date(now), limit],
    );
  }

  async expire(ended: readonly number[], now: number): Promise<number> {
    const rows = await this.#changeBy(
      `update list_entry set state = 'expired', ended_at = $1, ended_why = 'Its validity ended',
          changed_seq = nextval('list_change')
        where id = any($2::integer[]) and state in ('awaiting', 'active') and valid_until <= $1 returning id`,
      [new Date(now), ended],
    );
    return rows.length;
  }

  /** Ends entries. */
  #changeBy(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    return this.#change(async (tx) => {
      const ended = await tx.query<{ id: number }>(sql, parameters);
      await tellHitsAgain(
        tx,
        ended.map(({ id }) => id),
      );
      return ended;
    });
  }

  /** Every change holds the lock until its commit, which makes the order of change numbers the order of commits. */
  #change<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.listChange]);
      return work(tx);
    });
  }
}

/**
 * Those that had been replaced by what is now replaced itself are replaced by the same. Answers all whose place another took.
 * @param replaced the entry, and the one in its place (`fresh`)
 */
async function nowReplacedBy(
  tx: Queryable,
  replaced: readonly { readonly id: number; readonly fresh: number }[],
): Promise<readonly number[]> {
  if (replaced.length === 0) return [];
  const earlier = await tx.query<{ id: number }>(
    `update list_entry entry set replaced_by = given.fresh
       from jsonb_to_recordset($1::jsonb) as given (id integer, fresh integer)
      where entry.replaced_by = given.id returning entry.id`,
    [postgresJson(replaced)],
  );
  return [...replaced, ...earlier].map(({ id }) => id);
}

const asChecked = (
  index: number,
  entry: NewListEntry,
  { vrm, country }: { readonly vrm: string; readonly country: string | null },
  priority: Priority,
): CheckedEntry => ({
  index,
  vrm,
  reason: entry.reason,
  instruction: entry.instruction,
  priority: entry.priority ?? priority,
  make: entry.make ?? null,
  model: entry.model ?? null,
  colour: entry.colour ?? null,
  country,
  warnings: entry.warnings ?? null,
  scope: plainScope(entry.scope),
  validFrom: entry.validFrom ?? null,
  validUntil: entry.validUntil ?? null,
  endByPack: entry.endByPack === true,
  awaits: entry.awaits === true,
});
