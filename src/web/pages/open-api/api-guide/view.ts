type Json = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    name: string;
    where: string;
    required: boolean;
    type: string;
    description: string;
  }[];
  readonly body: readonly string[];
  readonly replies: readonly { status: string; description: string }[];
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const record = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The type of a schema in a few words: `string`, `integer 1 to 500`, `one of a, b`. */
export function sayType(schema: unknown): string {
  const { type, enum: choices, minimum, maximum, format, $ref, anyOf, items, const: only } = record(schema);
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(choices)) return `one of ${choices.join(", ")}`;
  if (typeof $ref === "string") return $ref.split("/").at(-1) ?? "";
  if (Array.isArray(anyOf)) return anyOf.map(sayType).join(" or ");
  if (type === "array") return `list of ${sayType(items)}`;
  const range =
    typeof minimum === "number" && typeof maximum === "number" && maximum < 1e9
      ? ` ${minimum} to ${maximum}`
      : "";
  return `${[type]
    .flat()
    .filter((part) => typeof part === "string")
    .join(" or ")}${range}${typeof format === "string" ? ` (${format})` : ""}`;
}

function operationOf(path: string, method: string, value: unknown): Operation {
  const operation = record(value);
  return {
    id: `${method}-${path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "")}`,
    method: method.toUpperCase(),
    path,
    summary: text(operation["summary"]),
    description: text(operation["description"]),
    parameters: list(operation["parameters"])
      .map(record)
      .map((parameter) => ({
        name: text(parameter["name"]),
        where: text(parameter["in"]),
        required: parameter["required"] === true,
        type: sayType(parameter["schema"]),
        description: text(parameter["description"]) || text(record(parameter["schema"])["description"]),
      })),
    body: Object.entries(record(record(operation["requestBody"])["content"])).map(
      ([media, content]) => `${media}\n${JSON.stringify(record(content)["schema"], null, 2) ?? ""}`,
    ),
    replies: Object.entries(record(operation["responses"])).map(([status, reply]) => ({
      status,
      description: text(record(reply)["description"]),
    })),
  };
}

/** The OpenAPI document as a page: operations by their first tag, in the document's order. Odd parts are left out, never thrown on. */
export function apiGuideView(document: Json) {
  const groups = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(record(document["paths"]))) {
    for (const method of METHODS) {
      const operation = record(item)[method];
      if (operation === undefined) continue;
      const tag = text(list(record(operation)["tags"])[0]) || "other";
      groups.set(tag, [...(groups.get(tag) ?? []), operationOf(path, method, operation)]);
    }
  }
  const info = record(document["info"]);
  return {
    pageTitle: "API guide",
    title: text(info["title"]) || "API",
    version: text(info["version"]),
    description: text(info["description"]),
    groups: [...groups].map(([tag, operations]) => ({
      tag,
      id: `group-${tag.replace(/[^a-z0-9]+/gi, "-")}`,
      operations,
    })),
  };
}
