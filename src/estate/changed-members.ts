import { isDeepStrictEqual } from "node:util";
import type { NewNrd, RegisteredNrd } from "./registered-nrd.ts";

const MEMBERS = [
  "name",
  "type",
  "organisation",
  "road",
  "direction",
  "lane",
  "position",
  "deviceKey",
  "dailyReads",
] as const satisfies readonly (keyof NewNrd)[];

/** What differs between an NRD on record and what is given for it, before and after; null where nothing does. */
export function changedMembers(
  known: RegisteredNrd,
  given: NewNrd,
): { before: Partial<NewNrd>; after: Partial<NewNrd> } | null {
  // A device key that is not given is left alone.
  const after: NewNrd = { ...given, deviceKey: given.deviceKey ?? known.deviceKey };
  const changed = MEMBERS.filter((member) => !isDeepStrictEqual(known[member], after[member]));
  if (changed.length === 0) return null;
  const only = (nrd: NewNrd): Partial<NewNrd> =>
    Object.fromEntries(changed.map((member) => [member, nrd[member]]));
  return { before: only(known), after: only(after) };
}
