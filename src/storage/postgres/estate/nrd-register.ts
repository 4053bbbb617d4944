import { z } from "zod";
import { Problem } from "../../../errors.ts";
import { NRD_ACTIONS, type NrdAction } from "../../../estate/nrd-actions.ts";
import type {
  NrdOnRecord,
  NrdQuery,
  NrdRegister,
  NrdWrite,
  WriteResult,
} from "../../../estate/nrd-register.ts";
import type { NrdLoss } from "../../../estate/nrd-loss.ts";
import type { NewNrd, NrdStateChange, RegisteredNrd } from "../../../estate/registered-nrd.ts";
import type { NrdIdentity } from "../../../read/nrd.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresJson } from "../postgres-json.ts";
import { LOCKS } from "../postgres-locks.ts";
import { asNrd, nrdRow } from "./nrd-row.ts";

const nrdRows = z.array(nrdRow);
const placedRows = z.array(nrdRow.extend({ place: z.int() }));
const writtenRows = z.array(z.object({ place: z.int(), id: z.int(), verdict: z.enum(["added", "updated"]) }));
const changeRows = z.array(
  z.object({
    from: z.string(),
    to: z.string(),
    at: z.date(),
    by: z.int().nullable(),
    reason: z.string(),
  }),
);
const lossRows = z.array(
  z.object({
    code: z.string(),
    count: z.int(),
    since: z.date(),
    last: z.date(),
    year: z.int().nullable(),
  }),
);
const DAY_MS = 86_400_000;
const asNrds = (rows: unknown): readonly RegisteredNrd[] => nrdRows.parse(rows).map(asNrd);

/** The register in the governed store. */
export class PostgresNrdRegister implements NrdRegister {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async byId(id: number): Promise<RegisteredNrd | undefined> {
    return asNrds(await this.#database.query("select * from nrd where id = $1", [id]))[0];
  }

  async losses(id: number): Promise<readonly NrdLoss[]> {
    const yesterday = new Date(this.#now() - DAY_MS).toISOString().slice(0, 10);
    const rows = await this.#database.query(
      `select code, sum(count)::bigint as count, min(first_at) as since, max(last_at) as last,
          (array_agg(year order by last_at desc))[1] as year
         from lost_read_count where nrd_id = $1 and day >= $2::date group by code order by count desc, code`,
      [id, yesterday],
    );
    return lossRows.parse(rows);
  }

  async list({
    organisation,
    state,
    text,
    covertOf,
    after,
    limit,
  }: NrdQuery): Promise<readonly RegisteredNrd[]> {
    const rows = await this.#database.query(
      `select * from nrd
        where id > $1 and ($2::integer is null or organisation_id = $2) and ($3::text is null or state = $3)
          and ($4::text is null or strpos(lower(name || ' ' || road), lower($4)) > 0)
          and ($6::boolean or type <> 'covert' or organisation_id = $7)
        order by id limit $5`,
      [
        after ?? 0,
        organisation ?? null,
        state ?? null,
        text ?? null,
        limit,
        covertOf === undefined,
        covertOf ?? null,
      ],
    );
    return asNrds(rows);
  }

  async add(nrd: NewNrd): Promise<RegisteredNrd> {
    try {
      const [result] = await this.write([{ nrd, over: null, state: "proposed" }], null);
      if (result?.verdict !== "added") throw taken(nrd);
      return (await this.byId(result.id)) as RegisteredNrd;
    } catch (error) {
      if (isUniqueViolation(error)) throw taken(nrd);
      throw error;
    }
  }

  async known(triples: readonly NrdIdentity[]): Promise<readonly (NrdOnRecord | undefined)[]> {
    const places = triples.map(({ feed, source, camera }, place) => ({ place, feed, source, camera }));
    const found = await this.#database.query(
      `select place, nrd.* from nrd join
         jsonb_to_recordset($1::jsonb) as given (place integer, feed bigint, source bigint, camera bigint)
         using (feed, source, camera)`,
      [postgresJson(places)],
    );
    const byPlace = new Map(placedRows.parse(found).map((row) => [row.place, row]));
    return triples.map((_triple, place) => {
      const row = byPlace.get(place);
      return row && { nrd: asNrd(row), version: row.changed_seq };
    });
  }

  async write(writes: readonly NrdWrite[], by: number | null): Promise<readonly WriteResult[]> {
    if (writes.length === 0) return [];
    const now = new Date(this.#now());
    const rows = writes.map(({ nrd: { position, ...nrd }, over, state }, place) => ({
      ...nrd,
      ...position,
      place,
      over,
      state,
    }));
    return this.#database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.nrdChange]);
      const done = writtenRows.parse(await tx.query(WRITE, [postgresJson(rows), now]));
      const added = done.filter(({ verdict }) => verdict === "added").map(({ id }) => id);
      await tx.query(
        `insert into nrd_state_change (nrd_id, from_state, to_state, at, person_id, reason)
         select id, 'proposed', state, $2, $3, 'Registered' from nrd where id = any($1::integer[])`,
        [added, now, by],
      );
      const byPlace = new Map(done.map(({ place, id, verdict }) => [place, { id, verdict }]));
      return writes.map((_write, place) => byPlace.get(place) ?? { verdict: "meanwhile" });
    });
  }

  act(id: number, action: NrdAction, reason: string, by: number | null): Promise<RegisteredNrd | undefined> {
    const { from, to } = NRD_ACTIONS[action];
    const now = new Date(this.#now());
    return this.#database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.nrdChange]);
      const changed = await tx.query(
        `with before as (select id, state from nrd where id = $1 and state = any($2::text[]))
         insert into nrd_state_change (nrd_id, from_state, to_state, at, person_id, reason)
         select id, state, $3, $4, $5, $6 from before returning id`,
        [id, from, to, now, by, reason],
      );
      if (changed.length === 0) return undefined;
      const rows = await tx.query(
        "update nrd set state = $2, state_since = $3, changed_seq = nextval('nrd_change') where id = $1 returning *",
        [id, to, now],
      );
      return asNrds(rows)[0];
    });
  }

  async history(id: number): Promise<readonly NrdStateChange[]> {
    const rows = await this.#database.query(
      `select from_state as from, to_state as to, at, person_id as by, reason from nrd_state_change
        where nrd_id = $1 order by id desc`,
      [id],
    );
    return changeRows.parse(rows);
  }

  async changedSince(
    sequence: number,
    limit: number,
  ): Promise<{ nrds: readonly RegisteredNrd[]; sequence: number }> {
    const found = await this.#database.query(
      "select * from nrd where changed_seq > $1 order by changed_seq limit $2",
      [sequence, limit],
    );
    const rows = nrdRows.parse(found);
    return { nrds: rows.map(asNrd), sequence: rows.at(-1)?.changed_seq ?? sequence };
  }

  onChange(heard: () => void): Promise<() => Promise<void>> {
    return this.#database.listen("nrd_changed", heard);
  }
}

/** A row is changed only while it is the version that was seen, and added only where there is none. */
const WRITE = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as given (place integer, over bigint, state text, feed bigint, source bigint,
    camera bigint, name text, type text, organisation integer, road text, direction text, lane integer,
    lat double precision, lon double precision, "deviceKey" text, "dailyReads" integer)
), changed as (
  update nrd set name = given.name, type = given.type, organisation_id = given.organisation, road = given.road,
      direction = given.direction, lane = given.lane, lat = given.lat, lon = given.lon,
      device_key = coalesce(given."deviceKey", nrd.device_key), daily_reads = given."dailyReads",
      changed_seq = nextval('nrd_change')
    from given where (nrd.feed, nrd.source, nrd.camera) = (given.feed, given.source, given.camera)
      and nrd.changed_seq = given.over
  returning given.place, nrd.id
), added as (
  insert into nrd (feed, source, camera, name, type, organisation_id, road, direction, lane, lat, lon, device_key,
                   daily_reads, state, state_since, changed_seq)
  select feed, source, camera, name, type, organisation, road, direction, lane, lat, lon, "deviceKey", "dailyReads",
         state, $2, nextval('nrd_change')
    from given where over is null
  on conflict (feed, source, camera) do nothing
  returning id, feed, source, camera
)
select place, id, 'updated' as verdict from changed
union all select given.place, added.id, 'added' from added join given using (feed, source, camera)`;

const taken = ({ feed, source, camera, deviceKey }: NewNrd): Problem =>
  new Problem(
    "CONFLICT",
    `An NRD with feed ${feed}, source ${source}, camera ${camera}${deviceKey === null ? "" : ` or device key ${deviceKey}`} is already registered.`,
  );
