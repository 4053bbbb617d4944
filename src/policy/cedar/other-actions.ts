import { schemaToJson } from "@cedar-policy/cedar-wasm/nodejs";
import { ACTIONS, DECISIONS } from "../roles.ts";

/**
 * Where a schema does not name exactly what this version of the program decides: a pack of another version. What it does not
 * name nobody could be permitted, and what the program does not know nobody would be asked about.
 */
export function otherActions(schema: string): string[] {
  const read = schemaToJson(schema);
  if (read.type === "failure") return read.errors.map(({ message }) => message);
  const named = Object.keys(read.json[""]?.actions ?? {});
  const known: readonly string[] = [...ACTIONS, ...DECISIONS];
  return [
    ...known
      .filter((action) => !named.includes(action))
      .map((action) => `this version of the program needs the action ${action}`),
    ...named
      .filter((action) => !known.includes(action))
      .map((action) => `this version of the program knows no action ${action}`),
  ];
}
