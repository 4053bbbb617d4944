type Json = Readonly<Record<string, unknown>>;

/** One field of an object: `entry.created` is a member of a member, `items[].id` a member of each item. */
export interface Field {
  readonly name: string;
  readonly type: string;
  /** Name of the schema it is of, empty where it has none. */
  readonly schema: string;
  readonly required: boolean;
  readonly description: string;
}

const record = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const nameIn = (reference: unknown): string => text(reference).split("/").at(-1) ?? "";

/** The name of the schema that another is of, by itself, as a list or or-null; empty where it is of none. */
export function schemaNamed(schema: unknown): string {
  const { $ref, items, anyOf, allOf } = record(schema);
  if (typeof $ref === "string") return nameIn($ref);
  if (items !== undefined) return schemaNamed(items);
  return [...list(anyOf), ...list(allOf)].map(schemaNamed).find((name) => name !== "") ?? "";
}

/** The type of a schema in a few words: `string`, `integer 1 to 500`, `a | b`, `list of Hit`, `Authority or null`. */
export function sayType(schema: unknown): string {
  const { type, enum: choices, $ref, anyOf, oneOf, allOf, items, const: only, ...rest } = record(schema);
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(choices)) return choices.map(String).join(" | ");
  if (typeof $ref === "string") return nameIn($ref);
  const either = [...list(anyOf), ...list(oneOf)];
  if (either.length > 0) return [...new Set(either.map(sayType))].join(" or ");
  if (Array.isArray(allOf)) return allOf.map(sayType).join(" and ");
  if (type === "array") return `list of ${sayType(items)}${range(rest["minItems"], rest["maxItems"])}`;
  if (type === "object") return sayObject(rest);
  const named = [type].flat().map(text).join(" or ") || "anything";
  return `${named}${range(rest["minimum"], rest["maximum"])}${range(rest["minLength"], rest["maxLength"])}${sayForm(rest)}`;
}

function sayObject({ properties, additionalProperties }: Json): string {
  if (properties !== undefined && Object.keys(record(properties)).length > 0) return "object";
  const each = record(additionalProperties);
  return Object.keys(each).length > 0 ? `map of ${sayType(each)}` : "object";
}

function sayForm({ format, pattern, default: otherwise }: Json): string {
  // A format's own pattern says nothing more.
  const form =
    typeof format === "string" ? ` (${format})` : typeof pattern === "string" ? ` /${pattern}/` : "";
  return otherwise === undefined ? form : `${form}, ${JSON.stringify(otherwise)} when absent`;
}

function range(least: unknown, most: unknown): string {
  const from = typeof least === "number" && least > -(2 ** 53) + 1 ? least : undefined;
  const to = typeof most === "number" && most < 2 ** 53 - 1 ? most : undefined;
  if (from !== undefined && to !== undefined) return from === to ? ` of ${to}` : ` ${from} to ${to}`;
  if (to !== undefined) return ` up to ${to}`;
  return from === undefined ? "" : ` from ${from}`;
}

/** The fields of an object's schema, those of objects without a name of their own among them; none where it is no object. */
export function fieldsOf(schema: unknown, within = ""): readonly Field[] {
  const { properties, required } = record(schema);
  return Object.entries(record(properties)).flatMap(([member, value]) => {
    const name = `${within}${member}`;
    const field = {
      name,
      type: sayType(value),
      schema: schemaNamed(value),
      required: list(required).includes(member),
      description: text(record(value)["description"]),
    };
    return [field, ...inside(value, name)];
  });
}

function inside(schema: unknown, name: string): readonly Field[] {
  const { items, anyOf, oneOf } = record(schema);
  if (items !== undefined) return inside(items, `${name}[]`);
  const either = [...list(anyOf), ...list(oneOf)].flatMap((one) => inside(one, name));
  return [...fieldsOf(schema, `${name}.`), ...either];
}
