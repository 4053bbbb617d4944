import { z } from "zod";
import { ROLES } from "../policy/roles.ts";
import { isDay, isPlainText } from "../identity/sign-in/plain-input.ts";

/** Shapes that several resources share. Times in replies are RFC 3339 UTC with milliseconds. */
export const time = z.iso.datetime().describe("RFC 3339, UTC, milliseconds");
export const askedTime = z.iso.datetime({ offset: true, local: false }).transform((text) => Date.parse(text));
export const id = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, "is not an id");
export const numericId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
export const reason = z.string().trim().min(3).max(1_000);
/** A text of one line, as names are: nothing in it that cannot be shown. */
export const line = z.string().trim().refine(isPlainText, "holds a character that cannot be shown");
export const day = z.iso
  .date()
  .refine(isDay, "is not a day of the years 1900 to 2200")
  .describe("YYYY-MM-DD");
export const role = z.enum(ROLES);
export const imageKind = z.enum(["patch", "overview"]);
export const position = z.strictObject({ lat: z.number(), lon: z.number() });
/** An NRD as things that it saw name it. */
export const site = z.strictObject({
  id: z.int(),
  name: z.string(),
  road: z.string(),
  direction: z.string(),
});

/** `?limit=&cursor=` of every list; the most one page holds is the resource's own affair. */
export const paging = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().min(1).max(512).optional(),
});

/** `{items, next}`. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** What became of one row of an import. */
export const rowVerdict = z.strictObject({
  row: z.int(),
  verdict: z.enum(["added", "updated", "unchanged", "refused"]),
  id: z.string().optional(),
  awaiting: z.literal(true).optional().describe("No effect before a second person has confirmed it"),
  code: z.string().optional(),
  path: z.string().optional(),
  message: z.string().optional(),
});

/** RFC 9457, as every error reply is. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    status: z.int(),
    code: z.string(),
    title: z.string(),
    detail: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .describe("RFC 9457 problem; `code` is stable");

/** The text of an epoch millisecond time. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Names schemas for the OpenAPI document: each stands there once, and whatever is of it refers to it. */
export function nameSchemas(named: Readonly<Record<string, z.ZodType>>): void {
  for (const [name, schema] of Object.entries(named))
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id: name });
}
nameSchemas({
  RowVerdict: rowVerdict,
  Position: position,
  NrdNamed: site,
  Problem: problemSchema,
  Role: role,
});
