import type { ClickHouseParameters, ClickHouseValue } from "./clickhouse.ts";

const NAME = /^[a-z][A-Za-z0-9]*$/;

/** `SET` statements that give `{name:Type}` its values; the engine parses each as data of that type, never as SQL. */
export function bindParameters(parameters: ClickHouseParameters): string {
  const statements = Object.entries(parameters).map(([name, value]) => {
    if (!NAME.test(name)) throw new Error(`"${name}" cannot name a parameter`);
    return `SET param_${name} = ${quote(textOf(value))}; `;
  });
  return statements.join("");
}

/** A parameter's text form: like a TabSeparated field, arrays with their strings quoted inside. */
function textOf(value: ClickHouseValue): string {
  if (typeof value === "string") return escapeField(value);
  if (typeof value === "number") return numberText(value);
  return `[${value.map((item: string | number) => (typeof item === "string" ? quote(item) : numberText(item))).join(",")}]`;
}

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
