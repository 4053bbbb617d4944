import type { AskedAuthority } from "../../../../authority/check-request.ts";
import type { InputError } from "../../../../errors.ts";
import { valuesOf, type FieldError } from "../../../form.ts";
import { londonToEpoch } from "../../../words/london-time.ts";

export const REQUEST_FIELDS = [
  "reference",
  "purpose",
  "level",
  "reason",
  "vrms",
  "nrds",
  "lat",
  "lon",
  "radius",
  "from",
  "to",
  "validFrom",
  "validUntil",
  "holders",
  "oral",
  "oralBy",
  "oralAt",
] as const;
export type RequestField = (typeof REQUEST_FIELDS)[number];
type Values = Record<RequestField, string>;
type Blame = (field: RequestField, message: string) => void;

/** The API's names for what the fields hold; numbers of items are left out. */
const FIELD_OF: Readonly<Record<string, RequestField>> = {
  area: "lat",
  "area.centre": "lat",
  "area.radiusMetres": "radius",
  "oral.by": "oralBy",
  "oral.at": "oralAt",
};
/** A place that was written and cannot be read is not a place that is missing. */
const PLACE_FIELDS: ReadonlySet<string> = new Set(["nrds", "lat", "lon", "radius"]);
/** Said to people instead of the API's list of names. */
const INSTEAD: Readonly<Record<string, string>> = {
  PURPOSE_UNKNOWN: "Select the purpose",
  LEVEL_UNKNOWN: "Select the level",
};

const isField = (text: string): text is RequestField => REQUEST_FIELDS.some((field) => field === text);

/** What the room found wrong, at the fields of the form. @param unread what could not be read, and so was not asked */
export const errorsOf = (errors: readonly InputError[], unread: readonly FieldError[] = []): FieldError[] => {
  const placeWritten = unread.some(({ field }) => PLACE_FIELDS.has(field));
  const told = errors.filter(({ code }) => code !== "SCOPE_MISSING" || !placeWritten);
  return told.map(({ path, code, message }) => {
    const name = path.replace(/\.\d+$/, "");
    return {
      field: FIELD_OF[name] ?? (isField(name) ? name : "reference"),
      message: INSTEAD[code] ?? message,
    };
  });
};

/** Errors in the order of the fields, as whoever reads meets them. */
export const inOrder = (errors: readonly FieldError[]): readonly FieldError[] => {
  const place = ({ field }: FieldError): number => REQUEST_FIELDS.findIndex((known) => known === field);
  return [...errors].sort((a, b) => place(a) - place(b));
};

/**
 * Reads the form for a request: what is asked, and what in it cannot be read. Fields that cannot be read are left out of what
 * is asked, so that everything else is still checked.
 */
export function readRequest(body: unknown): {
  readonly asked: AskedAuthority;
  readonly values: Values;
  readonly errors: readonly FieldError[];
} {
  const values = valuesOf(body, REQUEST_FIELDS);
  const errors: FieldError[] = [];
  const blame: Blame = (field, message) => void errors.push({ field, message });
  const time = (field: "from" | "to" | "validFrom" | "validUntil"): number | undefined =>
    timeOf(values, field, field === "from" || field === "validFrom" ? "from" : "to", blame);
  const vrms = partsOf(values.vrms, /[,;\n]+/);
  const holders = partsOf(values.holders, /[\s,;]+/);
  const asked: AskedAuthority = {
    reference: values.reference,
    purpose: values.purpose,
    level: values.level,
    reason: values.reason,
    ...(vrms.length === 0 ? {} : { vrms }),
    ...placeOf(values, blame),
    from: time("from"),
    to: time("to"),
    validFrom: time("validFrom"),
    validUntil: time("validUntil"),
    ...(holders.length === 0 ? {} : { holders }),
    ...oralOf(values, blame),
  };
  return { asked, values, errors };
}

const partsOf = (text: string, between: RegExp): readonly string[] =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== "");

function timeOf(values: Values, field: RequestField, edge: "from" | "to", blame: Blame): number | undefined {
  if (values[field] === "") return undefined;
  const at = londonToEpoch(values[field], edge);
  if (at === null) blame(field, "Enter the date and time like 22/11/2026 08:15");
  return at ?? undefined;
}

function placeOf(values: Values, blame: Blame): Pick<AskedAuthority, "nrds" | "area"> {
  const ids = partsOf(values.nrds, /[\s,;]+/);
  const bad = ids.find((id) => !/^\d{1,9}$/.test(id));
  if (bad !== undefined)
    blame(
      "nrds",
      `“${bad.slice(0, 40)}” is not the register number of a camera; separate the numbers with commas`,
    );
  const nrds = ids.length === 0 || bad !== undefined ? {} : { nrds: ids.map(Number) };
  const circle = [values.lat, values.lon, values.radius];
  if (circle.every((part) => part === "")) return nrds;
  const [lat, lon, radiusMetres] = circle.map((part) =>
    /^-?\d{1,6}([.]\d{1,10})?$/.test(part) ? Number(part) : Number.NaN,
  ) as [number, number, number];
  if (Number.isNaN(lat)) blame("lat", "Enter the latitude in degrees, like 51.4910");
  if (Number.isNaN(lon))
    blame("lon", "Enter the longitude in degrees, like -0.5621; west of Greenwich is negative");
  if (Number.isNaN(radiusMetres)) blame("radius", "Enter the radius in metres, like 2000");
  return [lat, lon, radiusMetres].some(Number.isNaN)
    ? nrds
    : { ...nrds, area: { centre: { lat, lon }, radiusMetres } };
}

function oralOf(values: Values, blame: Blame): Pick<AskedAuthority, "oral"> {
  if (values.oral !== "yes") return {};
  const at = timeOf(values, "oralAt", "to", blame);
  if (values.oralAt === "") blame("oralAt", "Enter when it was given");
  if (values.oralBy === "") blame("oralBy", "Enter the username of the person who gave it");
  return at === undefined || values.oralBy === "" ? {} : { oral: { by: values.oralBy, at } };
}
