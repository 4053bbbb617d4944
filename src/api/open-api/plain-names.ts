const HOME = "#/components/schemas/";
const INPUT = "Input";

type Json = Record<string, unknown>;
interface Document extends Json {
  components?: { schemas?: Json };
}

/**
 * Drops the named schemas that nothing refers to, and calls what is only sent by its plain name: every one is described as
 * it is sent (`HitInput`) and as it is answered (`Hit`), and most are only one of these, or the same both ways.
 */
export function plainNames(document: Document): Json {
  const schemas = document.components?.schemas ?? {};
  const used = reached(document, schemas);
  const isAlike = (one: string, other: string): boolean =>
    JSON.stringify(schemas[one]) === JSON.stringify(schemas[other]);
  const nameOf = (name: string): string => {
    const plain = name.endsWith(INPUT) ? name.slice(0, -INPUT.length) : name;
    return used.has(plain) && !isAlike(name, plain) ? name : plain;
  };
  const named = Object.entries(schemas)
    .filter(([name]) => used.has(name))
    .map(([name, schema]) => [nameOf(name), schema] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify({
    ...document,
    components: { ...document.components, schemas: Object.fromEntries(named) },
  });
  return JSON.parse(text, (key, value: unknown) =>
    key === "$ref" && typeof value === "string" ? HOME + nameOf(value.slice(HOME.length)) : value,
  ) as Json;
}

/** The names that the operations refer to, and those that these refer to in turn. */
function reached(document: Document, schemas: Json): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key !== "$ref" || typeof inner !== "string") look(inner);
      else if (!found.has(inner.slice(HOME.length))) {
        const name = inner.slice(HOME.length);
        found.add(name);
        look(schemas[name]);
      }
    }
  };
  look(document["paths"]);
  return found;
}
