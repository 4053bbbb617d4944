import type { NrdType } from "../../../src/read/nrd.ts";

/** One NRD (one lane, one direction) as the columns of a register file have it (NAI-6). Position in WGS84 degrees. */
export interface EstateRow {
  readonly feed: number;
  readonly source: number;
  readonly camera: number;
  readonly name: string;
  readonly type: NrdType;
  readonly owner: string;
  readonly road: string;
  /** `N`, `S`, `E`, `W`, or empty where the NRD moves. */
  readonly direction: string;
  readonly lane: number;
  readonly latitude: number;
  readonly longitude: number;
  /** Reads expected on an average day. */
  readonly dailyReads: number;
}

/** The columns of a register file that the simulator reads and writes. */
export const COLUMNS = [
  "feed_id",
  "source_id",
  "camera_id",
  "name",
  "type",
  "owner",
  "road",
  "direction",
  "lane",
  "latitude",
  "longitude",
  "daily_reads",
] as const;
/** The register as CSV text with a header row, ready for the estate import. */
export function estateCsv(rows: readonly EstateRow[]): string {
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) =>
    [
      row.feed,
      row.source,
      row.camera,
      quoted(row.name),
      row.type,
      quoted(row.owner),
      quoted(row.road),
      row.direction,
      row.lane,
      row.latitude.toFixed(6),
      row.longitude.toFixed(6),
      row.dailyReads,
    ].join(","),
  );
  return `${COLUMNS.join(",")}\n${lines.join("\n")}\n`;
}
