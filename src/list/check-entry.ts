import { expandPattern, isPattern } from "../match/pattern.ts";
import { foldCountry } from "../read/country.ts";
import { ringFault } from "../read/ring.ts";
import { foldPattern } from "../read/vrm-pattern.ts";
import { normaliseVrm } from "../read/vrm.ts";
import type { EntryVerdict, NewListEntry } from "./list-entry.ts";

const TEXT_LIMIT = 2000;
const SCOPE_NRDS = 1000;
const SCOPE_CORNERS = 1000;

export type Refused = Omit<Extract<EntryVerdict, { verdict: "refused" }>, "index" | "verdict">;

/** What of an entry has one form in which it is compared: its VRM or pattern, and its country (ISO 3166-1 alpha-2). */
export interface Taken {
  readonly vrm: string;
  readonly country: string | null;
}

/** The entry's mark in the one form that is matched, or why the entry cannot be taken. */
export function checkEntry(entry: NewListEntry): Taken | Refused {
  const vrm = isPattern(entry.vrm) ? checkPattern(entry.vrm) : checkVrm(entry.vrm);
  if ("code" in vrm) return vrm;
  for (const path of ["reason", "instruction"] as const) {
    if (entry[path].trim() === "") return { code: "TEXT_INVALID", path, message: `Enter the ${path}.` };
  }
  for (const path of ["reason", "instruction", "make", "model", "colour", "warnings"] as const) {
    if ((entry[path] ?? "").length > TEXT_LIMIT) {
      return { code: "TEXT_INVALID", path, message: `Use ${TEXT_LIMIT} characters or fewer.` };
    }
  }
  const { validFrom, validUntil, scope } = entry;
  if (validUntil !== undefined && validUntil <= (validFrom ?? Number.NEGATIVE_INFINITY)) {
    return {
      code: "VALIDITY_INVALID",
      path: "validUntil",
      message: "The end must be after the start.",
    };
  }
  if (scope !== undefined && !isUsable(scope)) {
    return {
      code: "SCOPE_INVALID",
      path: "scope",
      message: `Give 1 to ${SCOPE_NRDS} cameras, a circle with a radius above 0, or a polygon with 3 to ${SCOPE_CORNERS} corners.`,
    };
  }
  const fault =
    scope !== undefined && "area" in scope && scope.area.kind === "polygon"
      ? ringFault(scope.area.ring)
      : null;
  if (fault !== null) return { code: "SCOPE_INVALID", path: "scope", message: fault };
  const country = entry.country === undefined ? null : foldCountry(entry.country);
  if (entry.country !== undefined && country === null)
    return {
      code: "COUNTRY_UNKNOWN",
      path: "country",
      message: `“${entry.country}” is no country that we know. Use two letters, such as FR.`,
    };
  return { ...vrm, country };
}

function checkVrm(sent: string): { vrm: string } | Refused {
  const result = normaliseVrm(sent);
  if (result.kind === "vrm") return { vrm: result.vrm };
  const why = "why" in result ? result.why : "This has no VRM in Latin letters and digits.";
  return { code: "VRM_INVALID", path: "vrm", message: why };
}

function checkPattern(sent: string): { vrm: string } | Refused {
  const folded = foldPattern(sent);
  if (folded.kind === "invalid") return { code: "PATTERN_INVALID", path: "vrm", message: folded.why };
  const { pattern } = folded;
  const expanded = expandPattern(pattern);
  return expanded.kind === "refused"
    ? { code: expanded.code as Refused["code"], path: "vrm", message: expanded.why }
    : { vrm: pattern };
}

function isUsable(scope: NonNullable<NewListEntry["scope"]>): boolean {
  if ("nrds" in scope) return scope.nrds.length > 0 && scope.nrds.length <= SCOPE_NRDS;
  if (scope.area.kind === "circle") return scope.area.radiusMetres > 0;
  return scope.area.ring.length >= 3 && scope.area.ring.length <= SCOPE_CORNERS;
}
