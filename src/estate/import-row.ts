import { NRD_STATES, NRD_TYPES, type NrdState, type NrdType } from "../read/nrd.ts";
import { isPosition } from "../read/position.ts";
import type { NewNrd } from "./registered-nrd.ts";

/** The columns every file must have, and those it may have. */
export const COLUMNS = {
  required: [
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
  ],
  optional: ["state"],
} as const;

/** What is wrong with one row: a stable code, the column, and what to do. */
export interface RowError {
  readonly code:
    | "FIELDS_UNEVEN"
    | "NUMBER_INVALID"
    | "TEXT_INVALID"
    | "TYPE_INVALID"
    | "STATE_INVALID"
    | "POSITION_INVALID"
    | "OWNER_UNKNOWN"
    | "DUPLICATE_IN_FILE"
    | "NRD_NOT_YOURS"
    | "COVERT_STAYS"
    | "CHANGED_MEANWHILE"
    | "CSV_INVALID";
  readonly column: string;
  readonly message: string;
}

/** A row that reads well; its owner is still a name. */
export interface ParsedRow {
  readonly nrd: Omit<NewNrd, "organisation">;
  readonly owner: string;
  readonly state: NrdState | null;
}

const LARGEST_ID = 4_294_967_295;
const TEXT_LIMIT = 200;

const wrong = (code: RowError["code"], column: string, message: string): RowError => ({
  code,
  column,
  message,
});

/** Reads one CSV record into an NRD, or says the first thing that is wrong with it. */
export function parseRow(record: Readonly<Record<string, string>>): ParsedRow | RowError {
  const text = (column: string): string => (record[column] ?? "").trim();
  const whole = (column: string, least: number, most: number): number | undefined => {
    const value = text(column);
    const number = /^\d{1,10}$/.test(value) ? Number(value) : -1;
    return number >= least && number <= most ? number : undefined;
  };
  for (const column of ["feed_id", "source_id", "camera_id"]) {
    if (whole(column, 0, LARGEST_ID) === undefined) {
      return wrong(
        "NUMBER_INVALID",
        column,
        `“${text(column).slice(0, 40)}” is not a whole number from 0 to ${LARGEST_ID}.`,
      );
    }
  }
  for (const column of ["lane", "daily_reads"]) {
    const most = column === "lane" ? 20 : 10_000_000;
    if (text(column) !== "" && whole(column, column === "lane" ? 1 : 0, most) === undefined) {
      return wrong(
        "NUMBER_INVALID",
        column,
        `“${text(column).slice(0, 40)}” is neither empty nor a whole number up to ${most}.`,
      );
    }
  }
  for (const column of ["name", "owner", "road", "direction"]) {
    const value = text(column);
    const needed = column === "name" || column === "owner";
    if ((needed && value === "") || value.length > TEXT_LIMIT || value.includes("\0")) {
      return wrong(
        "TEXT_INVALID",
        column,
        `The ${column} must be text of ${needed ? 1 : 0} to ${TEXT_LIMIT} characters.`,
      );
    }
  }
  if (!(NRD_TYPES as readonly string[]).includes(text("type"))) {
    return wrong(
      "TYPE_INVALID",
      "type",
      `“${text("type").slice(0, 40)}” is none of ${NRD_TYPES.join(", ")}.`,
    );
  }
  if (text("state") !== "" && !(NRD_STATES as readonly string[]).includes(text("state"))) {
    return wrong(
      "STATE_INVALID",
      "state",
      `“${text("state").slice(0, 40)}” is none of ${NRD_STATES.join(", ")}.`,
    );
  }
  const lat = text("latitude") === "" ? Number.NaN : Number(text("latitude"));
  const lon = text("longitude") === "" ? Number.NaN : Number(text("longitude"));
  if (!isPosition(lat, lon)) {
    return wrong(
      "POSITION_INVALID",
      "latitude",
      "Latitude and longitude must be WGS84 decimal degrees, and not both 0.",
    );
  }
  return {
    owner: text("owner"),
    state: text("state") === "" ? null : (text("state") as NrdState),
    nrd: {
      feed: Number(text("feed_id")),
      source: Number(text("source_id")),
      camera: Number(text("camera_id")),
      name: text("name"),
      type: text("type") as NrdType,
      road: text("road"),
      direction: text("direction"),
      lane: whole("lane", 1, 20) ?? null,
      position: { lat, lon },
      deviceKey: null,
      dailyReads: whole("daily_reads", 0, 10_000_000) ?? null,
    },
  };
}
