import type {
  PendingImage,
  PendingImageKey,
  PendingImages,
  WaitingImage,
} from "../../../ingest/pending-images.ts";
import type { Database } from "../database.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";

interface Row {
  readonly index: number;
  readonly source_id: number;
  readonly nrd: string;
  readonly vrm: string;
  readonly captured: Date;
  readonly kind: "patch" | "overview";
  readonly resolution_ms: number;
  readonly jpeg: Buffer;
}

/** Images that wait for their read, in the governed store. */
export class PostgresPendingImages implements PendingImages {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async put(images: readonly PendingImage[], received: number): Promise<void> {
    await this.#database.transaction(async (tx) => {
      for (const { source, nrd, vrm, captured, kind, resolutionMs, jpeg } of images) {
        await tx.query(
          `insert into pending_image (source_id, nrd, vrm, captured, kind, resolution_ms, jpeg, received)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (source_id, nrd, vrm, captured, kind) do update set jpeg = excluded.jpeg, received = excluded.received`,
          [
            source,
            postgresText(nrd),
            postgresText(vrm),
            new Date(captured),
            kind,
            resolutionMs,
            jpeg,
            new Date(received),
          ],
        );
      }
    });
  }

  async findFor(
    keys: readonly PendingImageKey[],
  ): Promise<readonly { index: number; image: PendingImage }[]> {
    if (keys.length === 0) return [];
    const given = keys.map((key, index) => ({
      ...key,
      index,
      captured: new Date(key.captured).toISOString(),
    }));
    const rows = await this.#database.query<Row>(
      `with given as (
         select * from jsonb_to_recordset($1::jsonb) as given (index integer, source integer, nrd text, vrm text, captured timestamptz)
       )
       select given.index, pending_image.* from pending_image join given
           on pending_image.source_id = given.source and pending_image.nrd = given.nrd and pending_image.vrm = given.vrm
          and given.captured >= pending_image.captured
          and given.captured < pending_image.captured + pending_image.resolution_ms * interval '1 millisecond'`,
      [postgresJson(given)],
    );
    return rows.map(({ index, source_id, nrd, vrm, captured, kind, resolution_ms, jpeg }) => ({
      index,
      image: {
        source: source_id,
        nrd,
        vrm,
        captured: captured.getTime(),
        kind,
        resolutionMs: resolution_ms,
        jpeg,
      },
    }));
  }

  async remove(images: readonly PendingImage[]): Promise<void> {
    if (images.length === 0) return;
    const given = images.map(({ source, nrd, vrm, captured, kind }) => ({
      source,
      nrd,
      vrm,
      captured: new Date(captured).toISOString(),
      kind,
    }));
    await this.#database.query(
      `delete from pending_image using jsonb_to_recordset($1::jsonb)
         as given (source integer, nrd text, vrm text, captured timestamptz, kind text)
        where pending_image.source_id = given.source and pending_image.nrd = given.nrd and pending_image.vrm = given.vrm
          and pending_image.captured = given.captured and pending_image.kind = given.kind`,
      [postgresJson(given)],
    );
  }

  async waiting(limit: number, after: WaitingImage | null): Promise<readonly WaitingImage[]> {
    const rows = await this.#database.query<Row>(
      `select source_id, nrd, vrm, captured, kind, resolution_ms from pending_image
        where $2::integer is null
           or (source_id, nrd, vrm, captured, kind) > ($2, $3::text, $4::text, $5::timestamptz, $6::text)
        order by source_id, nrd, vrm, captured, kind limit $1`,
      [
        limit,
        after?.source ?? null,
        after?.nrd ?? null,
        after?.vrm ?? null,
        after === null ? null : new Date(after.captured),
        after?.kind ?? null,
      ],
    );
    return rows.map(({ source_id, nrd, vrm, captured, kind, resolution_ms }) => ({
      source: source_id,
      nrd,
      vrm,
      captured: captured.getTime(),
      kind,
      resolutionMs: resolution_ms,
    }));
  }

  async count(source: number, most: number): Promise<number> {
    const [row] = await this.#database.query<{ count: number }>(
      "select count(*) as count from (select 1 from pending_image where source_id = $1 limit $2) as waiting",
      [source, most],
    );
    return row?.count ?? 0;
  }

  async toExpire(receivedBefore: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      "select count(*) as due from pending_image where received < $1",
      [new Date(receivedBefore)],
    );
    return row?.due ?? 0;
  }

  async expire(receivedBefore: number): Promise<number> {
    const rows = await this.#database.query("delete from pending_image where received < $1 returning kind", [
      new Date(receivedBefore),
    ]);
    return rows.length;
  }
}
