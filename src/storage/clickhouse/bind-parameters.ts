import type { ClickHouseParameters, ClickHouseValue } from "./clickhouse.ts";

const NAME = /^[a-z][A-Za-z0-9]*$/;

const PLACEHOLDER = /\{([a-zA-Z0-9]+):(?:Array\()?(U?Int\d+)\)?\}/g;

/** What each type holds; of 64 bits, what a number holds exactly. */
const BOUNDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  UInt8: [0, 2 ** 8 - 1],
  UInt16: [0, 2 ** 16 - 1],
  UInt32: [0, 2 ** 32 - 1],
  UInt64: [0, Number.MAX_SAFE_INTEGER],
  Int32: [-(2 ** 31), 2 ** 31 - 1],
  Int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/**
 * Asserts that every value bound to a whole number in `sql` is one that its type holds: the engine wraps others around in
 * silence, and so answers about something else (4294967297 becomes NRD 1).
 * @throws RangeError naming the parameter
 */
export function requireFit(sql: string, parameters: ClickHouseParameters): void {
  for (const [, name = "", type = ""] of sql.matchAll(PLACEHOLDER)) {
    const [least, most] = BOUNDS[type] ?? [0, -1];
    const value = parameters[name];
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (Number.isInteger(one) && (one as number) >= least && (one as number) <= most) continue;
      throw new RangeError(`${String(one)} does not fit parameter ${name} of type ${type}`);
    }
  }
}

/** `SET` statements that give `{name:Type}` its values; the engine parses each as data of that type, never as SQL. */
export function bindParameters(parameters: ClickHouseParameters): string {
  const statements = Object.entries(parameters).map(([name, value]) => {
    if (!NAME.test(name)) throw new Error(`"${name}" cannot name a parameter`);
    return `SET param_${name} = ${quote(parameterText(value))}; `;
  });
  return statements.join("");
}

/** A parameter's text form: like a TabSeparated field, arrays with their strings quoted inside. */
export function parameterText(value: ClickHouseValue): string {
  if (typeof value === "string") return escapeField(value);
  if (typeof value === "number") return numberText(value);
  return `[${value.map(listItemText).join(",")}]`;
}

/** An item in the text of a list. */
export const listItemText = (item: string | number): string =>
  typeof item === "string" ? quote(item) : numberText(item);

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Error("A parameter cannot be infinite or no number");
  return String(value);
}

const quote = (text: string): string => `'${escapeField(text).replaceAll("'", "\\'")}'`;

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
};

/** One field of a TabSeparated row. */
// oxlint-disable-next-line no-control-regex
export const escapeField = (text: string): string =>
  text.replace(/[\\\t\n\r\0\b\f]/g, (found) => ESCAPES[found] as string);
