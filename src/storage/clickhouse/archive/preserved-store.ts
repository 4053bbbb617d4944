import type { PreservedStore } from "../../../archive/preservation-copy.ts";
import type { IndexedImage } from "../../../archive/image-index.ts";
import { formatReadId, type ReadKey } from "../../../archive/read.ts";
import { escapeField } from "../bind-parameters.ts";
import type { ClickHouse, ClickHouseParameters } from "../clickhouse.ts";
import { findImages, IMAGE_COLUMNS, imageRowOf } from "./image-index.ts";
import { READ_COLUMNS, READ_SELECTION, type ReadRow, readOf } from "./read-rows.ts";

const THE_READS = `(nrd, captured, n) IN (SELECT key.1, fromUnixTimestamp64Milli(key.2, 'UTC'), key.3
  FROM (SELECT arrayJoin(arrayZip({nrds:Array(UInt32)}, {times:Array(Int64)}, {ns:Array(UInt8)})) AS key))`;

/** Preserved reads in ClickHouse. */
export function openPreservedStore(clickhouse: ClickHouse): PreservedStore {
  return {
    copyReads: (preservation, keys) => copyReads(clickhouse, preservation, keys),
    imagesOf: (key) => findImages(clickhouse, key),
    async missing(readIds) {
      const rows = await clickhouse.query<{ id: string }>(
        `SELECT DISTINCT concat(toString(nrd), '-', toString(toUnixTimestamp64Milli(captured)), if(n = 0, '', concat('-', toString(n)))) AS id
         FROM preserved_read WHERE id IN {ids:Array(String)}`,
        { ids: readIds },
      );
      const copied = new Set(rows.map(({ id }) => id));
      return readIds.filter((id) => !copied.has(id));
    },
    async insertImages(preservation, images) {
      const rows = images.map((image) => `${escapeField(preservation)}\t${imageRowOf(image)}`).join("");
      await clickhouse.insert("preserved_image", ["preservation", ...IMAGE_COLUMNS], Buffer.from(rows));
    },
    async reads(preservation) {
      const rows = await clickhouse.query<ReadRow>(
        `SELECT ${READ_SELECTION} FROM preserved_read FINAL WHERE preservation = {preservation:String}
         ORDER BY captured, nrd, n`,
        { preservation },
      );
      return rows.map(readOf);
    },
    async images(preservation, { nrd, captured, n }) {
      const rows = await clickhouse.query<Omit<IndexedImage, keyof ReadKey>>(
        `SELECT kind, treatment, segment, offset, length FROM preserved_image FINAL
         WHERE preservation = {preservation:String} AND nrd = {nrd:UInt32}
           AND captured = fromUnixTimestamp64Milli({captured:Int64}, 'UTC') AND n = {n:UInt8} ORDER BY kind`,
        { preservation, nrd, captured, n },
      );
      return rows.map((row) => ({ nrd, captured, n, ...row }));
    },
  };
}

async function copyReads(
  clickhouse: ClickHouse,
  preservation: string,
  keys: readonly ReadKey[],
): Promise<ReadKey[]> {
  if (keys.length === 0) return [];
  const asked: ClickHouseParameters = {
    preservation,
    nrds: keys.map(({ nrd }) => nrd),
    times: keys.map(({ captured }) => captured),
    ns: keys.map(({ n }) => n),
  };
  await clickhouse.command(
    `INSERT INTO preserved_read (preservation, ${READ_COLUMNS.join(", ")})
     SELECT {preservation:String}, ${READ_COLUMNS.join(", ")} FROM reads WHERE ${THE_READS}`,
    asked,
  );
  const rows = await clickhouse.query<{ nrd: number; captured_ms: number; n: number }>(
    `SELECT nrd, toUnixTimestamp64Milli(captured) AS captured_ms, n FROM preserved_read FINAL
     WHERE preservation = {preservation:String} AND ${THE_READS}`,
    asked,
  );
  const held = new Set(rows.map((row) => formatReadId(row.nrd, row.captured_ms, row.n)));
  return keys.filter(({ nrd, captured, n }) => held.has(formatReadId(nrd, captured, n)));
}
