import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import { NRD_TYPES } from "../../../src/read/nrd.ts";
import { COLUMNS, type EstateRow } from "./estate-row.ts";

type Cells = Readonly<Record<(typeof COLUMNS)[number], string>>;

/**
 * Reads a register file, plain or gzipped (by its `.gz` ending), extra columns ignored.
 * Throws an Error naming the file, the line and the column where a row cannot be used.
 */
export async function readEstateFile(path: string): Promise<EstateRow[]> {
  const file = createReadStream(path);
  const parser = parse({ columns: true, skip_empty_lines: true, bom: true });
  const bytes = path.endsWith(".gz")
    ? file.pipe(createGunzip().on("error", (error) => parser.destroy(error)))
    : file;
  file.on("error", (error) => parser.destroy(error));
  bytes.pipe(parser);
  const rows: EstateRow[] = [];
  for await (const cells of parser as AsyncIterable<Cells>)
    rows.push(toRow(cells, `${path}, row ${rows.length + 1}`));
  if (rows.length === 0)
    throw new Error(`${path} holds no NRD: give a CSV with the columns ${COLUMNS.join(", ")}`);
  return rows;
}

function toRow(cells: Cells, where: string): EstateRow {
  const number = (column: (typeof COLUMNS)[number]): number => {
    const value = Number(cells[column]);
    if (cells[column] === undefined || cells[column] === "" || !Number.isFinite(value))
      throw new Error(`${where}: column ${column} must be a number, found "${cells[column] ?? ""}"`);
    return value;
  };
  const type = NRD_TYPES.find((known) => known === cells.type);
  if (type === undefined)
    throw new Error(`${where}: column type must be one of ${NRD_TYPES.join(", ")}, found "${cells.type}"`);
  return {
    feed: number("feed_id"),
    source: number("source_id"),
    camera: number("camera_id"),
    name: cells.name,
    type,
    owner: cells.owner,
    road: cells.road,
    direction: cells.direction,
    lane: number("lane"),
    latitude: number("latitude"),
    longitude: number("longitude"),
    dailyReads: number("daily_reads"),
  };
}
