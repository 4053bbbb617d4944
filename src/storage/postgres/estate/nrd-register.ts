import { Problem } from "../../../errors.ts";
import { NRD_ACTIONS, type NrdAction } from "../../../estate/nrd-actions.ts";
import type {
  NrdOnRecord,
  NrdQuery,
  NrdRegister,
  NrdWrite,
  WriteResult,
} from "../../../estate/nrd-register.ts";
import type { NewNrd, NrdStateChange, RegisteredNrd } from "../../../estate/registered-nrd.ts";
import type { NrdIdentity, NrdState, NrdType } from "../../../read/nrd.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresJson } from "../postgres-json.ts";
import { LOCKS } from "../postgres-locks.ts";

interface NrdRow {
  readonly id: number;
  readonly feed: number;
  readonly source: number;
  readonly camera: number;
  readonly name: string;
  readonly type: string;
  readonly organisation_id: number;
  readonly road: string;
  readonly direction: string;
  readonly lane: number | null;
  readonly lat: number;
  readonly lon: number;
  readonly device_key: string | null;
  readonly state: string;
  readonly state_since: Date;
  readonly daily_reads: number | null;
  readonly certificate: string | null;
  readonly changed_seq: number;
}

/** The register in the governed store. */
export class PostgresNrdRegister implements NrdRegister {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async byId(id: number): Promise<RegisteredNrd | undefined> {
    const [row] = await this.#database.query<NrdRow>("select * from nrd where id = $1", [id]);
    return row && asNrd(row);
  }

  async list({
    organisation,
    state,
    text,
    covertOf,
    after,
    limit,
  }: NrdQuery): Promise<readonly RegisteredNrd[]> {
    const rows = await this.#database.query<NrdRow>(
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
    return rows.map(asNrd);
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
    const rows = await this.#database.query<NrdRow & { readonly place: number }>(
      `select place, nrd.* from nrd join
         jsonb_to_recordset($1::jsonb) as given (place integer, feed bigint, source bigint, camera bigint)
         using (feed, source, camera)`,
      [postgresJson(places)],
    );
    const byPlace = new Map(rows.map((row) => [row.place, row]));
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
      const done = await tx.query<Extract<WriteResult, { id: number }> & { place: number }>(WRITE, [
        postgresJson(rows),
        now,
      ]);
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

  async act(id: number, action: NrdAction, reason: string, by: number | null): Promise<RegisteredNrd> {
    if (reason.trim() === "") {
      const errors = [{ path: "reason", code: "REASON_MISSING", message: "Say why the state changes." }];
      throw new Problem("INPUT_INVALID", "A change of state needs a reason.", { errors });
    }
    const { from, to } = NRD_ACTIONS[action];
    const now = new Date(this.#now());
    return this.#database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.nrdChange]);
      const [before] = await tx.query<NrdRow>("select * from nrd where id = $1", [id]);
      if (before === undefined) throw new Problem("NOT_FOUND", `There is no NRD ${id} in the register.`);
      if (!(from as readonly string[]).includes(before.state)) {
        throw new Problem(
          "CONFLICT",
          `NRD ${id} is ${before.state}; ${action} is possible only from ${from.join(", ")}.`,
        );
      }
      const [after] = await tx.query<NrdRow>(
        "update nrd set state = $2, state_since = $3, changed_seq = nextval('nrd_change') where id = $1 returning *",
        [id, to, now],
      );
      await tx.query(
        "insert into nrd_state_change (nrd_id, from_state, to_state, at, person_id, reason) values ($1, $2, $3, $4, $5, $6)",
        [id, before.state, to, now, by, reason.trim()],
      );
      return asNrd(after as NrdRow);
    });
  }

  history(id: number): Promise<readonly NrdStateChange[]> {
    return this.#database.query<NrdStateChange>(
      `select from_state as from, to_state as to, at, person_id as by, reason from nrd_state_change
        where nrd_id = $1 order by id desc`,
      [id],
    );
  }

  async changedSince(
    sequence: number,
    limit: number,
  ): Promise<{ nrds: readonly RegisteredNrd[]; sequence: number }> {
    const rows = await this.#database.query<NrdRow>(
      "select * from nrd where changed_seq > $1 order by changed_seq limit $2",
      [sequence, limit],
    );
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

const asNrd = (row: NrdRow): RegisteredNrd => ({
  id: row.id,
  feed: row.feed,
  source: row.source,
  camera: row.camera,
  name: row.name,
  type: row.type as NrdType,
  organisation: row.organisation_id,
  road: row.road,
  direction: row.direction,
  lane: row.lane,
  position: { lat: row.lat, lon: row.lon },
  deviceKey: row.device_key,
  state: row.state as NrdState,
  stateSince: row.state_since,
  dailyReads: row.daily_reads,
  ...(row.certificate === null ? {} : { certificate: row.certificate }),
});
