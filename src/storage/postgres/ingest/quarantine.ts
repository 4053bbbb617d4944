import { createHash } from "node:crypto";
import { Problem } from "../../../errors.ts";
import type { SetAsideRead } from "../../../ingest/intake-stores.ts";
import {
  referenceText,
  type HeldCapture,
  type Quarantine,
  type Quarantined,
} from "../../../ingest/quarantine/quarantine.ts";
import type { QuarantineCode } from "../../../ingest/outcome.ts";
import type { Database } from "../database.ts";
import { tellRefusals } from "../database-error.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";

type Row = Omit<Quarantined, "id" | "source" | "code"> & {
  readonly id: number;
  readonly code: string;
  readonly source_id: number;
  readonly source_name: string | null;
  readonly source_organisation: number | null;
};

const SELECT = `select quarantine.id, received, code, detail, source_id, feed_source.name as source_name,
    feed_source.organisation_id as source_organisation, nrd, vrm, captured, state, decided_by as "decidedBy",
    decided_at as "decidedAt", reason, read_id as "readId",
    array_remove(array[case when patch is not null then 'patch' end, case when overview is not null then 'overview' end], null) as images
  from quarantine left join feed_source on feed_source.id = source_id`;

/** What a discarded read said goes with the decision; that there was one, when, and why, stays until its day goes. */
const FORGOTTEN = "vrm = '', nrd = '', capture = '{}', patch = null, overview = null";

/** Quarantine in the governed store. */
export class PostgresQuarantine implements Quarantine {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async hold(setAside: readonly SetAsideRead[]): Promise<readonly string[]> {
    if (setAside.length === 0) return [];
    const rows = new Map(setAside.map((read) => [identityOf(read), read]));
    const reads = [...rows.values()];
    const given = [...rows].map(([hash, { code, detail, source, received, capture }]) => {
      const { patch: _patch, overview: _overview, ...rest } = capture;
      const { nrd, vrm, captured } = capture;
      return {
        hash,
        code,
        detail,
        source: source.id,
        nrd: referenceText(nrd),
        vrm,
        captured: new Date(captured).toISOString(),
        received: new Date(received).toISOString(),
        capture: rest,
      };
    });
    // The update makes the statement answer the id of a row that was there before; a repeat may bring an image it lacks.
    const insert = () =>
      this.#database.query<{ hash: string; id: number }>(
        `insert into quarantine (identity_hash, received, code, detail, source_id, nrd, vrm, captured, capture, patch, overview)
       select decode(hash, 'hex'), received, code, detail, source, nrd, vrm, captured, capture, image.patch, image.overview
         from rows from (jsonb_to_recordset($1::jsonb) as (hash text, code text, detail text, source integer, nrd text, vrm text,
                captured timestamptz, received timestamptz, capture jsonb), unnest($2::bytea[]), unnest($3::bytea[]))
                as image (hash, code, detail, source, nrd, vrm, captured, received, capture, patch, overview)
       on conflict (identity_hash) do update set
         patch = case quarantine.state when 'held' then coalesce(quarantine.patch, excluded.patch) else quarantine.patch end,
         overview = case quarantine.state when 'held' then coalesce(quarantine.overview, excluded.overview) else quarantine.overview end
       returning encode(identity_hash, 'hex') as hash, id`,
        [
          postgresJson(given),
          reads.map(({ capture }) => capture.patch ?? null),
          reads.map(({ capture }) => capture.overview ?? null),
        ],
      );
    const held = await tellRefusals(insert);
    const ids = new Map(held.map(({ hash, id }) => [hash, String(id)]));
    return setAside.map((read) => ids.get(identityOf(read)) as string);
  }

  async list(query: Parameters<Quarantine["list"]>[0]): Promise<readonly Quarantined[]> {
    const rows = await this.#database.query<Row>(
      `${SELECT} where ($1::text is null or state = $1) and ($2::text is null or code = $2)
          and ($3::integer is null or feed_source.organisation_id = $3) and ($4::bigint is null or quarantine.id < $4)
          and ($6::timestamptz is null or captured >= $6) and (not quarantine.nrd = any($7::text[])
                or (code = 'NRD_UNKNOWN' and not feed_source.aggregator))
        order by quarantine.id desc limit $5`,
      [
        query.state ?? null,
        query.code ?? null,
        query.organisation ?? null,
        idOf(query.before),
        query.limit,
        query.since === undefined ? null : new Date(query.since),
        query.withheldNrds ?? [],
      ],
    );
    return rows.map(asQuarantined);
  }

  async held(): Promise<number> {
    const [row] = await this.#database.query<{ held: number }>(
      "select count(*) as held from quarantine where state = 'held'",
    );
    return row?.held ?? 0;
  }

  async byId(id: string): Promise<Quarantined | undefined> {
    const [row] = await this.#database.query<Row>(`${SELECT} where quarantine.id = $1`, [idOf(id)]);
    return row && asQuarantined(row);
  }

  async capture(id: string): Promise<HeldCapture | undefined> {
    const [row] = await this.#database.query<{
      capture: HeldCapture["capture"];
      patch: Buffer | null;
      overview: Buffer | null;
      received: Date;
      source_id: number;
    }>(
      "select capture, patch, overview, received, source_id from quarantine where id = $1 and state <> 'discarded'",
      [idOf(id)],
    );
    if (row === undefined) return undefined;
    const images = {
      ...(row.patch && { patch: row.patch }),
      ...(row.overview && { overview: row.overview }),
    };
    return {
      capture: { ...row.capture, ...images },
      received: row.received.getTime(),
      source: row.source_id,
    };
  }

  async image(id: string, kind: "patch" | "overview"): Promise<Buffer | undefined> {
    const column = kind === "patch" ? "patch" : "overview";
    const [row] = await this.#database.query<{ jpeg: Buffer | null }>(
      `select ${column} as jpeg from quarantine where id = $1`,
      [idOf(id)],
    );
    return row?.jpeg ?? undefined;
  }

  async markReleased(
    id: string,
    { by, reason, readId }: { by: number; reason: string; readId: string },
  ): Promise<Quarantined> {
    return this.#decide(id, "released", by, reason, readId);
  }

  async markDiscarded(id: string, { by, reason }: { by: number; reason: string }): Promise<Quarantined> {
    return this.#decide(id, "discarded", by, reason, null);
  }

  async toExpire(receivedBefore: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      "select count(*) as due from quarantine where state = 'held' and received < $1",
      [new Date(receivedBefore)],
    );
    return row?.due ?? 0;
  }

  async expire(receivedBefore: number): Promise<number> {
    const rows = await this.#database.query(
      `update quarantine set state = 'discarded', decided_at = $2, reason = 'Nobody decided in time', ${FORGOTTEN}
        where state = 'held' and received < $1 returning id`,
      [new Date(receivedBefore), new Date(this.#now())],
    );
    return rows.length;
  }

  /** The images go with the decision: a released read has them in the archive, a discarded one has none. */
  async #decide(
    id: string,
    state: "released" | "discarded",
    by: number,
    reason: string,
    readId: string | null,
  ): Promise<Quarantined> {
    if (reason.trim() === "") {
      const errors = [{ path: "reason", code: "REASON_MISSING", message: "Say why." }];
      throw new Problem("INPUT_INVALID", "A decision about quarantine needs a reason.", { errors });
    }
    const changed = await this.#database.query(
      `update quarantine set state = $2, decided_by = $3, decided_at = $4, reason = $5, read_id = $6,
              ${state === "discarded" ? FORGOTTEN : "patch = null, overview = null"}
        where id = $1 and state = 'held' returning id`,
      [idOf(id), state, by, new Date(this.#now()), postgresText(reason.trim()), readId],
    );
    const read = await this.byId(id);
    if (read === undefined) throw new Problem("NOT_FOUND", `There is nothing in quarantine under ${id}.`);
    if (changed.length === 0 && (read.state !== state || read.readId !== readId)) {
      throw new Problem("CONFLICT", `The read in quarantine under ${id} was ${read.state} already.`);
    }
    return read;
  }
}

/** Who sends the same read again means the same read: source, NRD, VRM as sent and capture time. */
const identityOf = ({ source, capture }: SetAsideRead): string =>
  createHash("sha256")
    .update(JSON.stringify([source.id, referenceText(capture.nrd), capture.vrm, capture.captured]))
    .digest("hex");

/** An id as the database has it; null, which finds nothing, for text that is none. */
const idOf = (id: string | undefined): number | null =>
  id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;

const asQuarantined = ({ source_id, source_name, source_organisation, ...row }: Row): Quarantined => ({
  ...row,
  id: String(row.id),
  code: row.code as QuarantineCode,
  source: { id: source_id, name: source_name ?? "", organisation: source_organisation ?? 0 },
});
