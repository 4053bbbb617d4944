import { listItemText } from "./bind-parameters.ts";
import type { ClickHouseParameters, ClickHouseValue } from "./clickhouse.ts";

/** Bytes of text of one bound value: a server takes 128 KiB, the embedded engine a statement of 256 KiB. */
const MOST_BYTES = 100_000;

const LIST = /\{([a-zA-Z0-9]+):(Array\(\w+\))\}/g;

/** A statement whose lists may be of any length: one that is too long to be bound as one value is bound as several. */
export function spreadLists(
  sql: string,
  parameters: ClickHouseParameters,
): { readonly sql: string; readonly parameters: ClickHouseParameters } {
  const bound: Record<string, ClickHouseValue> = { ...parameters };
  const spread = sql.replace(LIST, (placeholder, name: string, type: string) => {
    const parts = partsOf(parameters[name]);
    if (parts.length < 2) return placeholder;
    delete bound[name];
    const names = parts.map((part, index) => {
      bound[`${name}${index}of${parts.length}`] = part;
      return `{${name}${index}of${parts.length}:${type}}`;
    });
    return `arrayConcat(${names.join(", ")})`;
  });
  return { sql: spread, parameters: bound };
}

function partsOf(value: ClickHouseValue | undefined): (number[] | string[])[] {
  if (!Array.isArray(value)) return [];
  const parts: (number | string)[][] = [];
  let bytes = MOST_BYTES;
  for (const item of value as readonly (number | string)[]) {
    bytes += Buffer.byteLength(listItemText(item)) + 1;
    if (bytes > MOST_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(item);
  }
  return parts as (number[] | string[])[];
}
