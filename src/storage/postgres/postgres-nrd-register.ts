import { Problem } from "../../errors.ts";
import { NRD_ACTIONS, type NrdAction } from "../../estate/nrd-actions.ts";
import type { NrdQuery, NrdRegister, UpsertResult } from "../../estate/nrd-register.ts";
import type { NewNrd, NrdStateChange, RegisteredNrd } from "../../estate/registered-nrd.ts";
import type { NrdState, NrdType } from "../../read/nrd.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation } from "./database-error.ts";
import { postgresJson } from "./postgres-json.ts";
import { LOCKS } from "./postgres-locks.ts";

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

  async list({ organisation, state, text, after, limit }: NrdQuery): Promise<readonly RegisteredNrd[]> {
    const rows = await this.#database.query<NrdRow>(
      `select * from nrd
        where id > $1 and ($2::integer is null or organisation_id = $2) and ($3::text is null or state = $3)
          and ($4::text is null or strpos(lower(name || ' ' || road), lower($4)) > 0)
        order by id limit $5`,
      [after ?? 0, organisation ?? null, state ?? null, text ?? null, limit],
    );
    return rows.map(asNrd);
  }

  async add(nrd: NewNrd): Promise<RegisteredNrd> {
    const [known] = await this.#database.query<{ id: number }>(
      "select id from nrd where feed = $1 and source = $2 and camera = $3",
      [nrd.feed, nrd.source, nrd.camera],
    );
    if (known) throw taken(nrd);
    try {
      const [result] = await this.upsert([nrd], { state: "proposed", by: null });
      return (await this.byId(result?.id ?? 0)) as RegisteredNrd;
    } catch (error) {
      if (isUniqueViolation(error)) throw taken(nrd);
      throw error;
    }
  }

  async upsert(
    nrds: readonly NewNrd[],
    { state, by }: { state: NrdState; by: number | null },
  ): Promise<readonly UpsertResult[]> {
    if (nrds.length === 0) return [];
    const now = new Date(this.#now());
    const rows = nrds.map(({ position, ...nrd }, place) => ({ place, ...nrd, ...position }));
    return this.#database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [LOCKS.nrdChange]);
      const results = await tx.query<UpsertResult>(UPSERT, [postgresJson(rows), state, now]);
      const added = results.filter(({ verdict }) => verdict === "added").map(({ id }) => id);
      await tx.query(
        `insert into nrd_state_change (nrd_id, from_state, to_state, at, person_id, reason)
         select id, 'proposed', $2, $3, $4, 'Registered' from unnest($1::integer[]) as id`,
        [added, state, now, by],
      );
      return results.map(({ id, verdict }) => ({ id, verdict }));
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

/** Unchanged rows are not touched, so that importing the same file again wakes nobody. */
const UPSERT = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as given (place integer, feed bigint, source bigint, camera bigint, name text,
    type text, organisation integer, road text, direction text, lane integer, lat double precision, lon double precision,
    "deviceKey" text, "dailyReads" integer)
), known as (
  select given.place, nrd.id, (nrd.name, nrd.type, nrd.organisation_id, nrd.road, nrd.direction, nrd.lat, nrd.lon)
      is distinct from (given.name, given.type, given.organisation, given.road, given.direction, given.lat, given.lon)
      or nrd.lane is distinct from given.lane or nrd.daily_reads is distinct from given."dailyReads"
      or (given."deviceKey" is not null and nrd.device_key is distinct from given."deviceKey") as differs
    from given join nrd using (feed, source, camera)
), changed as (
  update nrd set name = given.name, type = given.type, organisation_id = given.organisation, road = given.road,
      direction = given.direction, lane = given.lane, lat = given.lat, lon = given.lon,
      device_key = coalesce(given."deviceKey", nrd.device_key), daily_reads = given."dailyReads",
      changed_seq = nextval('nrd_change')
    from known join given using (place) where nrd.id = known.id and known.differs
), added as (
  insert into nrd (feed, source, camera, name, type, organisation_id, road, direction, lane, lat, lon, device_key,
                   daily_reads, state, state_since, changed_seq)
  select feed, source, camera, name, type, organisation, road, direction, lane, lat, lon, "deviceKey", "dailyReads",
         $2, $3, nextval('nrd_change')
    from given where place not in (select place from known)
  returning id, feed, source, camera
)
select given.place, coalesce(known.id, added.id) as id,
       case when known.id is null then 'added' when known.differs then 'updated' else 'unchanged' end as verdict
  from given left join known using (place) left join added using (feed, source, camera) order by given.place`;

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
