import type { PolicyRule } from "../cedar/rules.ts";
import { LEVELS, PURPOSES } from "../purpose.ts";
import { ACTIONS, type Action, type Role } from "../roles.ts";
import type { PolicyNumbers } from "./numbers.ts";

const PLACEHOLDER = /\{([^{}]+)\}/g;
const isAction = (text: string): text is Action => (ACTIONS as readonly string[]).includes(text);

/**
 * A text with its placeholders filled in: `{access.ordinaryDays}` is a number of the pack, `{enquiry.areaRadiusMetres in km}`
 * the same in kilometres, `{roles enquiry.ask}` the roles that may take an action, `{purposes}` and `{levels}` the closed sets.
 */
export function fillIn(
  text: string,
  numbers: PolicyNumbers,
  rolesThatMay: (action: Action) => readonly Role[],
): string {
  return text.replace(PLACEHOLDER, (_, named: string) => {
    if (named === "purposes") return PURPOSES.join(", ");
    if (named === "levels") return LEVELS.join(", ");
    const [first = "", second = ""] = named.split(" ");
    if (first === "roles" && isAction(second)) return rolesThatMay(second).join(", ");
    const value = numberAt(numbers, first);
    return named.endsWith(" in km") ? `${Number(value) / 1_000} km` : String(value);
  });
}

/** Placeholders that nothing would fill, in words. */
export const unknownPlaceholders = (rules: readonly PolicyRule[], numbers: PolicyNumbers): string[] =>
  rules.flatMap(({ name, needed }) =>
    [...needed.matchAll(PLACEHOLDER)]
      .map(([, named = ""]) => named)
      .filter((named) => !isKnown(named, numbers))
      .map((named) => `access.cedar: ${name}: nothing is known of {${named}}`),
  );

function isKnown(named: string, numbers: PolicyNumbers): boolean {
  if (named === "purposes" || named === "levels") return true;
  if (named.startsWith("roles ")) return isAction(named.slice(6));
  return ["number", "string"].includes(typeof numberAt(numbers, named.replace(/ in km$/, "")));
}

/** The value under a name such as `access.ordinaryDays`; undefined where there is none. */
export const numberAt = (numbers: PolicyNumbers, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      numbers,
    );
