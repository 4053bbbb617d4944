import { z } from "zod";
import { planEntries, type CheckedEntry, type EntryOutcome } from "../../../list/entry-identity.ts";
import type { Queryable } from "../database.ts";
import { postgresJson } from "../postgres-json.ts";
import { LOCKS } from "../postgres-locks.ts";
import { ENTRY, entryRow } from "./list-row.ts";

const entries = z.array(entryRow);
const inserted = z.array(z.object({ index: z.int(), id: z.int() }));

/**
 * Writes entries that can be taken into a list, in a transaction that holds the lock of changes to lists.
 * @returns what became of each, with the id of the entry that it is now
 */
export async function writeEntries(
  tx: Queryable,
  list: number,
  given: readonly CheckedEntry[],
  by: number,
  at: Date,
): Promise<readonly (EntryOutcome & { readonly id: number })[]> {
  const vrms = [...new Set(given.map(({ vrm }) => vrm))];
  const known = entries.parse(
    await tx.query(
      `select ${ENTRY} from list_entry
        where list_id = $1 and vrm = any($2::text[]) and state in ('awaiting', 'active') order by id`,
      [list, vrms],
    ),
  );
  const { inserts, updates, renewals, superseded, replaced, outcomes } = planEntries(given, known);
  const rows = inserts.map(({ validFrom, validUntil, awaits, ...entry }) => ({
    ...entry,
    from: timeText(validFrom),
    until: timeText(validUntil),
    state: awaits ? "awaiting" : "active",
  }));
  const ids = new Map(
    inserted
      .parse(rows.length === 0 ? [] : await tx.query(INSERT, [postgresJson(rows), list, by, at]))
      .map(({ index, id }) => [index, id]),
  );
  if (updates.length > 0) {
    await tx.query(UPDATE, [postgresJson(updates), by]);
    await tellHitsAgain(
      tx,
      updates.map(({ id }) => id),
    );
  }
  if (renewals.length > 0) {
    const renewed = renewals.map(({ id, until }) => ({ id, until: timeText(until) }));
    await tx.query(RENEW, [postgresJson(renewed)]);
  }
  if (superseded.length > 0) {
    const gone = superseded.map(({ id, insert }) => ({ id, fresh: ids.get(insert) }));
    await tx.query(SUPERSEDE, [postgresJson(gone), by, at]);
  }
  const past = replaced.map(({ insert, id, ...texts }) => ({
    ...texts,
    id: id ?? ids.get(insert as number),
  }));
  if (past.length > 0) await tx.query(KEEP, [postgresJson(past), by, at]);
  return outcomes.map((outcome) => ({
    ...outcome,
    id: outcome.id ?? (ids.get(outcome.insert as number) as number),
  }));
}

/** Whoever follows the stream hears again of hits that are not closed: their entries are not what they were (VOI-3). */
export async function tellHitsAgain(tx: Queryable, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.hit]);
  await tx.query(
    `update hit set state_seq = nextval('hit_state_change') where entry_id = any($1::integer[]) and state <> 'closed'`,
    [ids],
  );
}

const timeText = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const TEXTS = "reason, instruction, priority, make, model, colour, country, warnings";
const TEXT_TYPES = `reason text, instruction text, priority text, make text, model text, colour text, country text, warnings text`;

// Ids are given out first, so that each row's id is known without relying on the order of what an insert returns.
const INSERT = `
with given as materialized (
  select *, nextval(pg_get_serial_sequence('list_entry', 'id'))::integer as id
    from jsonb_to_recordset($1::jsonb) as given (index integer, vrm text, ${TEXT_TYPES}, "from" timestamptz, until timestamptz,
      scope jsonb, state text, "endByPack" boolean)
), inserted as (
  insert into list_entry (id, list_id, vrm, ${TEXTS}, valid_from, valid_until, end_by_pack, scope, state, created_by, created_at, changed_seq)
  select id, $2, vrm, ${TEXTS}, "from", until, "endByPack", case when scope = 'null'::jsonb then null else scope end, state, $3, $4,
         nextval('list_change')
    from given
)
select index, id from given`;

const UPDATE = `
update list_entry entry
   set (${TEXTS}) = (${TEXTS.split(", ")
     .map((column) => `given.${column}`)
     .join(", ")}), changed_by = $2, changed_seq = nextval('list_change')
  from jsonb_to_recordset($1::jsonb) as given (id integer, ${TEXT_TYPES})
 where entry.id = given.id`;

const RENEW = `
update list_entry entry set valid_until = given.until, end_by_pack = true, changed_seq = nextval('list_change')
  from jsonb_to_recordset($1::jsonb) as given (id integer, until timestamptz)
 where entry.id = given.id`;

const SUPERSEDE = `
update list_entry entry
   set state = 'removed', ended_by = $2, ended_at = $3, ended_why = 'Replaced by entry ' || given.fresh, replaced_by = given.fresh,
       changed_seq = nextval('list_change')
  from jsonb_to_recordset($1::jsonb) as given (id integer, fresh integer)
 where entry.id = given.id`;

const KEEP = `
insert into list_entry_text (entry_id, ${TEXTS}, replaced_by, replaced_at)
select id, ${TEXTS}, $2, $3 from rows from (jsonb_to_recordset($1::jsonb) as (id integer, ${TEXT_TYPES})) with ordinality
 order by ordinality`;
