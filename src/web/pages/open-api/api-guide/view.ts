import { fieldsOf, sayType, schemaNamed, type Field } from "../../../../api/open-api/say-schema.ts";

type Json = Readonly<Record<string, unknown>>;

/** What is sent or answered: its type, and its fields where the type is no named schema. */
interface Content {
  readonly media: string;
  readonly type: string;
  readonly schema: string;
  readonly fields: readonly Field[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly (Field & { readonly where: string })[];
  readonly body: readonly Content[];
  readonly replies: readonly { status: string; description: string; content: readonly Content[] }[];
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const record = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const contentsOf = (value: unknown): readonly Content[] =>
  Object.entries(record(record(value)["content"])).map(([media, content]) => {
    const { schema } = record(content);
    return { media, type: sayType(schema), schema: schemaNamed(schema), fields: fieldsOf(schema) };
  });

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
        schema: schemaNamed(parameter["schema"]),
        description: text(parameter["description"]) || text(record(parameter["schema"])["description"]),
      })),
    body: contentsOf(operation["requestBody"]),
    replies: Object.entries(record(operation["responses"])).map(([status, reply]) => ({
      status,
      // The library's own words for a reply say nothing.
      description: text(record(reply)["description"]).replace(/^Default Response$/, ""),
      content: contentsOf(reply),
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
    schemas: Object.entries(record(record(document["components"])["schemas"])).map(([name, schema]) => ({
      name,
      description: text(record(schema)["description"]),
      type: sayType(schema),
      fields: fieldsOf(schema),
    })),
  };
}
