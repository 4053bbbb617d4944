import { z } from "zod";
import type { Hit, ImageKind, NewHit } from "../../../hit/hit.ts";
import type { HitStore, HitFeed, HitQuery } from "../../../hit/hit-store.ts";
import { HIT_STEPS, type HitAnswer } from "../../../hit/life.ts";
import type { Database, Queryable } from "../database.ts";
import { tellRefusals } from "../database-error.ts";
import { impossibleSpeed } from "../../../read/two-places.ts";
import { asHit, HIT_COLUMNS, HIT_FROM, hitRow, sameMarkElsewhere } from "./hit-row.ts";
import { postgresJson } from "../postgres-json.ts";
import { LOCKS } from "../postgres-locks.ts";

const hitRows = z.array(hitRow);
const changedRows = z.array(hitRow.extend({ state_seq: z.int() }));

/** Hits in the governed store. */
export class PostgresHitStore implements HitStore, HitFeed {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async raise(hits: readonly NewHit[]): Promise<void> {
    if (hits.length === 0) return;
    const rows = hits.map(({ captured, received, ...hit }) => ({
      ...hit,
      captured: new Date(captured).toISOString(),
      received: new Date(received).toISOString(),
    }));
    await tellRefusals(() => this.#database.query(RAISE, [postgresJson(rows), new Date(this.#now())]));
  }

  async tellOfOtherPlaces(hits: readonly NewHit[]): Promise<void> {
    const speed = impossibleSpeed();
    if (hits.length === 0 || !Number.isFinite(speed)) return;
    const apart = await this.#database.query<{ hit: number }>(APART, [
      hits.map(({ nrd }) => nrd),
      hits.map(({ vrm }) => vrm),
      hits.map(({ captured }) => new Date(captured)),
      speed * 1_000,
    ]);
    if (apart.length === 0) return;
    await this.#database.query(
      `with locked as materialized (select pg_advisory_xact_lock(${LOCKS.hit}))
       update hit set state_seq = nextval('hit_state_change') from locked
        where hit.id = any($1::bigint[]) and hit.state <> 'closed'`,
      [apart.map(({ hit }) => hit)],
    );
  }

  list(query: HitQuery): Promise<readonly Hit[]> {
    const { organisation, state, open, priority, list, since, inHandSince, before, limit } = query;
    const { withheldNrds = [] } = query;
    return this.#hits(
      `($1::integer is null or hit.organisation_id = $1) and ($2::text is null or hit.state = $2)
        and ($3::boolean is not true or hit.state <> 'closed') and ($4::text is null or hit.priority = $4)
        and ($5::integer is null or hit.list_id = $5) and ($6::timestamptz is null or hit.captured >= $6)
        and ($7::bigint is null or hit.id < $7) and not hit.nrd_id = any($9::integer[])
        and ($10::timestamptz is null or hit.state <> 'closed' or hit.captured >= $10 or hit.closed_at >= $10)
      order by hit.id desc limit $8`,
      [
        organisation ?? null,
        state ?? null,
        open ?? null,
        priority ?? null,
        list ?? null,
        since === undefined ? null : new Date(since),
        before ?? null,
        limit,
        withheldNrds,
        inHandSince === undefined ? null : new Date(inHandSince),
      ],
    );
  }

  async byId(id: number): Promise<Hit | undefined> {
    const [hit] = await this.#hits("hit.id = $1", [id]);
    return hit;
  }

  ofRead(readId: string, organisation?: number): Promise<readonly Hit[]> {
    return this.#hits(
      "hit.read_id = $1 and ($2::integer is null or hit.organisation_id = $2) order by hit.id",
      [readId, organisation ?? null],
    );
  }

  async addImages(readId: string, kinds: readonly ImageKind[]): Promise<void> {
    await this.#database.query(
      `with locked as materialized (select pg_advisory_xact_lock(${LOCKS.hit}))
       update hit set images = array(select distinct unnest(images || $2::text[])), state_seq = nextval('hit_state_change')
         from locked where hit.read_id = $1 and not hit.images @> $2::text[]`,
      [readId, kinds],
    );
  }

  /** One change of state; where the hit cannot be answered with, it has not changed. */
  answer(id: number, answer: HitAnswer, by: number): Promise<Hit | undefined> {
    const { from, to } = HIT_STEPS[answer.step];
    const { set, values } = columnsOf(answer);
    return this.#database.transaction(async (tx) => {
      const changed = await tx.query(
        `with locked as materialized (select pg_advisory_xact_lock(${LOCKS.hit}))
       update hit set state = $3, ${set}, state_seq = nextval('hit_state_change') from locked
        where hit.id = $1 and hit.state = any($2::text[]) returning hit.id`,
        [id, from, to, by, new Date(this.#now()), ...values],
      );
      return changed.length === 0 ? undefined : (await this.#hits("hit.id = $1", [id], tx))[0];
    });
  }

  async head(): Promise<{ id: number; stateChange: number }> {
    const [row] = await this.#database.query<{ id: number; state_change: number }>(
      "select coalesce(max(id), 0)::bigint as id, coalesce(max(state_seq), 0)::bigint as state_change from hit",
    );
    return { id: row?.id ?? 0, stateChange: row?.state_change ?? 0 };
  }

  raisedAfter(id: number, limit: number): Promise<readonly Hit[]> {
    return this.#hits("hit.id > $1 order by hit.id limit $2", [id, limit]);
  }

  async changedAfter(
    stateChange: number,
    limit: number,
  ): Promise<readonly { hit: Hit; stateChange: number }[]> {
    const rows = await this.#database.query(
      `select ${HIT_COLUMNS} from ${HIT_FROM} where hit.state_seq > $1 order by hit.state_seq limit $2`,
      [stateChange, limit],
    );
    const now = this.#now();
    return changedRows.parse(rows).map((row) => ({ hit: asHit(row, now), stateChange: row.state_seq }));
  }

  onChange(heard: () => void): Promise<() => Promise<void>> {
    return this.#database.listen("hit_changed", heard);
  }

  async #hits(
    where: string,
    parameters: readonly unknown[],
    on: Queryable = this.#database,
  ): Promise<readonly Hit[]> {
    const rows = await on.query(`select ${HIT_COLUMNS} from ${HIT_FROM} where ${where}`, parameters);
    const now = this.#now();
    return hitRows.parse(rows).map((row) => asHit(row, now));
  }
}

/** What a step writes beside the state: who ($4) took it, when ($5), and what they said. */
function columnsOf(answer: HitAnswer): { readonly set: string; readonly values: readonly string[] } {
  switch (answer.step) {
    case "acknowledge":
      return { set: "acknowledged_by = $4, acknowledged_at = $5", values: [] };
    case "verify":
      return { set: "verified_by = $4, verified_at = $5, verification = $6", values: [answer.result] };
    case "disposition":
      return {
        set: "closed_by = $4, closed_at = $5, outcome = $6, note = $7",
        values: [answer.outcome, answer.note],
      };
  }
}

/** Hits that cannot be of the vehicle of those just raised ($4 metres a second and more apart). */
const APART = `
select elsewhere.hit
  from unnest($1::integer[], $2::text[], $3::timestamptz[]) as given (nrd, vrm, captured)
  join hit raised on raised.nrd_id = given.nrd and raised.captured = given.captured and raised.vrm = given.vrm
  cross join lateral (${sameMarkElsewhere("raised")} offset 0) elsewhere
 where elsewhere.metres > $4::float8 * greatest(abs(extract(epoch from elsewhere.captured - raised.captured)), 0.001)`;

/**
 * One look-up by key for each hit, whatever the planner guesses about tables that were never analysed (hence offset 0).
 * The lock is taken before the first id is allotted and let go after the commit: ids become visible in their order.
 */
const RAISE = `
with locked as materialized (select pg_advisory_xact_lock(${LOCKS.hit})),
given as (
  select * from jsonb_to_recordset($1::jsonb) as given ("readId" text, nrd integer, captured timestamptz,
    received timestamptz, vrm text, sent text, entry integer, "onlyFor" integer, images jsonb, confidence integer, lane integer,
    direction text, seen jsonb)
)
insert into hit (read_id, nrd_id, captured, received, raised, vrm, sent, confidence, lane, direction, seen, images,
                 entry_id, list_id, list_name, organisation_id, priority, reason, instruction, warnings, expected, entry_created)
select distinct on (given.nrd, given.captured, given.vrm, entry.list)
       given."readId", given.nrd, given.captured, given.received, $2, given.vrm, given.sent, given.confidence, given.lane,
       given.direction, given.seen, array(select jsonb_array_elements_text(given.images)), entry.*
  from locked, given cross join lateral (
    select entry.id, list.id as list, list.name, list.organisation_id, entry.priority, entry.reason, entry.instruction,
           entry.warnings, jsonb_build_object('make', entry.make, 'model', entry.model, 'colour', entry.colour,
             'country', entry.country),
           entry.created_at
      from list_entry entry join list on list.id = entry.list_id
     where entry.id = given.entry and entry.state = 'active' and list.state = 'active'
       and (given."onlyFor" is null or given."onlyFor" = list.organisation_id) offset 0
  ) as entry
 where not exists (select from hit where hit.nrd_id = given.nrd and hit.captured = given.captured and hit.vrm = given.vrm
                    and hit.list_id = entry.list)
 order by given.nrd, given.captured, given.vrm, entry.list, array_position(array['high', 'medium', 'low'], entry.priority), entry.id
on conflict (nrd_id, captured, vrm, entry_id) do nothing`;
