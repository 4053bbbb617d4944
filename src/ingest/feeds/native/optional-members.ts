import {
  DIRECTIONS,
  type Capture,
  type Direction,
  type Note,
  type NoteCode,
  type Refusal,
} from "../../../read/capture.ts";
import { isPosition, type Position } from "../../../read/position.ts";
import { foldCountry } from "../../../read/country.ts";
import { decodePicture } from "../picture.ts";
import { isPlain, shortText } from "../short-text.ts";
import type { NativeOptions } from "./native-options.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A read on its way from JSON: what is known of it, and what there is to say of the rest. */
export interface Reading {
  readonly draft: { -readonly [Field in keyof Capture]: Capture[Field] };
  notes: Note[] | null;
  readonly options: NativeOptions;
}

const LARGEST_LANE = 20;
const LONGEST_COUNTRY = 40;

/** Says that a member was left out. */
function note(reading: Reading, code: NoteCode, path: string, message: string): undefined {
  (reading.notes ??= []).push({ code, path, message });
}

/**
 * One member beyond the three required ones. What makes no sense is left out and noted, unknown members are ignored, and only
 * nesting beyond reason is a refusal.
 */
export function readMember(reading: Reading, member: string, value: unknown): Refusal | undefined {
  const { draft, options } = reading;
  switch (member) {
    case "nrd":
    case "vrm":
    case "captured":
      return undefined;
    case "confidence":
      if (isNumber(value, 0, 100)) draft.confidence = value;
      else note(reading, "CONFIDENCE_INVALID", member, "Left out: send a number from 0 to 100.");
      return undefined;
    case "direction":
      if (DIRECTIONS.includes(value as Direction)) draft.direction = value as Direction;
      else note(reading, "DIRECTION_INVALID", member, `Left out: send one of ${DIRECTIONS.join(", ")}.`);
      return undefined;
    case "lane":
      if (isNumber(value, 1, LARGEST_LANE) && Number.isInteger(value)) draft.lane = value;
      else note(reading, "LANE_INVALID", member, `Left out: send a whole number from 1 to ${LARGEST_LANE}.`);
      return undefined;
    case "country":
      return readCountry(reading, value);
    case "position":
      return readPosition(reading, value);
    case "make":
    case "model":
    case "colour":
      return readText(reading, member, value);
    case "patch":
    case "overview":
      return readImage(reading, member, value);
    case "speed":
      options.onSpeed();
      return undefined;
    default: {
      const { jsonDepth } = options.limits;
      if (typeof value !== "object" || !nestsDeeper(value, jsonDepth)) return undefined;
      const message = `A member is nested more than ${jsonDepth} levels deep.`;
      return { code: "JSON_INVALID", path: "", message };
    }
  }
}

const isNumber = (value: unknown, least: number, most: number): value is number =>
  typeof value === "number" && value >= least && value <= most;

function readCountry(reading: Reading, value: unknown): undefined {
  const country = typeof value === "string" && value.length <= LONGEST_COUNTRY ? foldCountry(value) : null;
  if (country !== null) reading.draft.country = country;
  else if (value !== "")
    note(reading, "COUNTRY_INVALID", "country", "Left out: send an ISO 3166-1 alpha-2 code, as in GB.");
}

function readPosition(reading: Reading, value: unknown): undefined {
  const { lat, lon } = value as Partial<Position>;
  if (typeof lat !== "number" || typeof lon !== "number" || Math.abs(lat) > 90 || Math.abs(lon) > 180) {
    const message = "Left out: send lat (-90 to 90) and lon (-180 to 180) in decimal degrees, WGS84.";
    return note(reading, "POSITION_INVALID", "position", message);
  }
  if (isPosition(lat, lon)) reading.draft.position = { lat, lon };
}

function readText(reading: Reading, member: "make" | "model" | "colour", value: unknown): undefined {
  if (typeof value !== "string") return note(reading, "TEXT_INVALID", member, "Left out: send text.");
  const isFit = value.length <= reading.options.limits.textCharacters && isPlain(value);
  if (isFit) {
    if (value !== "") reading.draft[member] = value;
    return;
  }
  const { text, note: said } = shortText(value, member, reading.options.limits.textCharacters);
  if (text !== "") reading.draft[member] = text;
  if (said) (reading.notes ??= []).push(said);
}

function readImage(reading: Reading, member: "patch" | "overview", value: unknown): undefined {
  if (typeof value !== "string")
    return note(reading, "IMAGE_INVALID", member, "Left out: send the JPEG as a base64 string.");
  if (value === "") return;
  const image = decodePicture(value, member);
  if (Buffer.isBuffer(image)) reading.draft[member] = image;
  else (reading.notes ??= []).push(image);
}

/** Whether a parsed value nests deeper than `levels`; stops as soon as that is known. */
function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (nestsDeeper(inner, levels - 1)) return true;
  return false;
}
