import { z } from "zod";
import { Problem } from "../../../errors.ts";
import { checkEntry } from "../../../list/check-entry.ts";
import { LARGEST_ADDITION, type EndedEntry, type ListStore } from "../../../list/list-store.ts";
import type {
  EntryVerdict,
  ListEntry,
  NewListEntry,
  NewVehicleList,
  VehicleList,
} from "../../../list/list-entry.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresJson } from "../postgres-json.ts";
import { LOCKS } from "../postgres-locks.ts";
import { ENTRY, entryRow, LIST, listRow } from "./list-row.ts";

const [lists, entries] = [z.array(listRow), z.array(entryRow)];
const inserts = z.array(z.object({ index: z.int(), id: z.int() }));

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
      "code" in result
        ? []
        : [
            {
              ...entry,
              index,
              vrm: result.vrm,
              priority: entry.priority ?? target.priority,
              ...times(entry),
            },
          ],
    );
    const ids = await this.#insert(list, rows, by);
    return checked.map(({ index, result }) =>
      "code" in result
        ? { index, verdict: "refused", ...result }
        : { index, verdict: "added", id: ids.get(index) as number, vrm: result.vrm },
    );
  }

  async remove(entry: number, why: string, by: number): Promise<ListEntry> {
    if (why.trim() === "") {
      const errors = [{ path: "reason", code: "REASON_MISSING", message: "Say why the entry is removed." }];
      throw new Problem("INPUT_INVALID", "Removing an entry needs a reason.", { errors });
    }
    const rows = await this.#change(
      `update list_entry set state = 'removed', ended_by = $2, ended_at = $3, ended_why = $4,
          changed_seq = nextval('list_change')
        where id = $1 and state = 'active' returning ${ENTRY}`,
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
      `update list_entry set vrm = '', reason = '', instruction = '', make = null, model = null, colour = null, warnings = null,
          scope = null, ended_why = '' where ${ENDED_BEFORE} returning id`,
      [new Date(before)],
    );
    return gone.length;
  }

  ended(now: number): Promise<readonly EndedEntry[]> {
    return this.#database.query<EndedEntry>(
      `select list_entry.id, list_id as list, organisation_id as organisation, vrm from list_entry join list on list.id = list_id
        where list_entry.state = 'active' and valid_until <= $1 order by list_id, list_entry.id`,
      [new Date(now)],
    );
  }

  async expire(ended: readonly number[], now: number): Promise<number> {
    const rows = await this.#change(
      `update list_entry set state = 'expired', ended_at = $1, ended_why = 'Its validity ended',
          changed_seq = nextval('list_change')
        where id = any($2::integer[]) and state = 'active' and valid_until <= $1 returning id`,
      [new Date(now), ended],
    );
    return rows.length;
  }

  async #insert(list: number, rows: readonly { index: number }[], by: number): Promise<Map<number, number>> {
    if (rows.length === 0) return new Map();
    // Ids are given out first, so that each row's id is known without relying on the order of what an insert returns.
    const inserted = await this.#change(INSERT, [postgresJson(rows), list, by, new Date(this.#now())]);
    return new Map(inserts.parse(inserted).map(({ index, id }) => [index, id]));
  }

  /** Every change holds the lock until its commit, which makes the order of change numbers the order of commits. */
  #change(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    return this.#database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.listChange]);
      return tx.query(sql, parameters);
    });
  }
}

const INSERT = `
with given as materialized (
  select *, nextval(pg_get_serial_sequence('list_entry', 'id'))::integer as id
    from jsonb_to_recordset($1::jsonb) as given (index integer, vrm text, reason text, instruction text, priority text,
      make text, model text, colour text, warnings text, "from" timestamptz, until timestamptz, scope jsonb)
), inserted as (
  insert into list_entry (id, list_id, vrm, reason, instruction, priority, make, model, colour, warnings, valid_from,
                          valid_until, scope, created_by, created_at, changed_seq)
  select id, $2, vrm, reason, instruction, priority, make, model, colour, warnings, "from", until, scope, $3, $4,
         nextval('list_change')
    from given
)
select index, id from given`;

const times = ({ validFrom, validUntil }: NewListEntry): { from: string | null; until: string | null } => ({
  from: validFrom === undefined ? null : new Date(validFrom).toISOString(),
  until: validUntil === undefined ? null : new Date(validUntil).toISOString(),
});
