import { fieldsOf, sayType, type Field } from "./say-schema.ts";

type Json = Readonly<Record<string, unknown>>;
const record = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * The API as one line an operation and one line a field, for review: what is asked with, who may, what comes back. In: the
 * OpenAPI document. A member that need not be there has a question mark.
 */
export function operationTable(document: Json): string {
  const operations = Object.entries(record(document["paths"])).flatMap(([path, methods]) =>
    Object.entries(record(methods)).flatMap(([method, operation]) =>
      operationLines(`${method.toUpperCase()} ${path}`, record(operation)),
    ),
  );
  const schemas = Object.entries(record(record(document["components"])["schemas"])).flatMap(
    ([name, schema]) => ["", ...schemaLines(name, schema)],
  );
  return ["OPERATIONS", ...operations, "", "SCHEMAS", ...schemas, ""].join("\n");
}

function operationLines(head: string, operation: Json): readonly string[] {
  const body = Object.entries(record(record(operation["requestBody"])["content"]));
  const replies = Object.entries(record(operation["responses"])).filter(([status]) => status !== "default");
  const sent = body.map(([media, content]) => sayContent(media, record(content)["schema"]));
  const answered = replies.map(([status, reply]) => `${status} ${sayReply(record(reply))}`.trim());
  return [
    [head, `(${whoMay(operation)})`, ...sent.map((one) => `< ${one}`), `> ${answered.join(", ")}`].join(" "),
    ...list(operation["parameters"]).map(record).filter(isQuery).map(parameterLine),
    ...body.flatMap(([, content]) => fieldsOf(record(content)["schema"]).map(fieldLine)),
    ...replies.flatMap(([, reply]) =>
      Object.values(record(record(reply)["content"])).flatMap((content) =>
        fieldsOf(record(content)["schema"])
          .filter(({ name }) => name !== "items" && name !== "next")
          .map((field) => fieldLine(field).replace("  ", "  > ")),
      ),
    ),
  ];
}

const isQuery = (parameter: Json): boolean => parameter["in"] !== "path";
const parameterLine = ({ in: where, name, required, schema }: Json): string =>
  `  ${String(where)} ${String(name)}${required === true ? "" : "?"}: ${sayType(schema)}`;
const fieldLine = ({ name, required, type }: Field): string => `  ${name}${required ? "" : "?"}: ${type}`;

function whoMay(operation: Json): string {
  const security = operation["security"];
  if (Array.isArray(security))
    return security.length === 0
      ? "public"
      : security.flatMap((one) => Object.keys(record(one))).join(" or ");
  return `${typeof operation["x-action"] === "string" ? operation["x-action"] : "signed in"}${operation["x-step-up"] === true ? ", stepped up" : ""}`;
}

function sayContent(media: string, schema: unknown): string {
  const properties = record(record(schema)["properties"]);
  const isPage = "items" in properties && "next" in properties;
  const type = isPage ? `page of ${sayType(record(properties["items"])["items"])}` : sayType(schema);
  return media === "application/json" ? type : `${media} ${type}`;
}

const sayReply = (reply: Json): string =>
  Object.entries(record(reply["content"]))
    .map(([media, content]) => sayContent(media, record(content)["schema"]))
    .join(" or ");

/** A set of names has a line each, so that one more is one line more. */
function schemaLines(name: string, schema: unknown): readonly string[] {
  const choices = list(record(schema)["enum"]).map((choice) => `  = ${String(choice)}`);
  return [name, ...fieldsOf(schema).map(fieldLine), ...choices];
}
