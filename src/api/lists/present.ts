import { z } from "zod";
import { ENTRY_STATES, PRIORITIES, type ListEntry, type VehicleList } from "../../list/list-entry.ts";
import { time, nameSchemas } from "../schemas.ts";

export const listView = z.strictObject({
  id: z.string(),
  name: z.string(),
  purpose: z.string(),
  category: z.string(),
  priority: z.enum(PRIORITIES),
  state: z.enum(["active", "closed"]),
  entries: z.int().describe("Active entries now"),
  created: time,
});

export const entryView = z.strictObject({
  id: z.string(),
  vrm: z.string().describe("As it is matched; a pattern has ? and *"),
  reason: z.string(),
  instruction: z.string(),
  priority: z.enum(PRIORITIES),
  make: z.string().nullable(),
  model: z.string().nullable(),
  colour: z.string().nullable(),
  country: z.string().nullable().describe("ISO 3166-1 alpha-2"),
  warnings: z.string().nullable(),
  validFrom: time.nullable(),
  validUntil: time.nullable(),
  scope: z.looseObject({}).nullable(),
  state: z.enum(ENTRY_STATES).describe("Only active entries are matched"),
  created: time,
  confirmed: time.nullable().describe("When a second person did, where one was needed"),
  ended: z.strictObject({ at: time, why: z.string() }).nullable(),
});
nameSchemas({ List: listView, ListEntry: entryView });

/** What became of one entry that somebody wanted to confirm. */
export const confirmView = z.strictObject({
  entry: z.string(),
  verdict: z.enum(["confirmed", "refused"]),
  code: z.string().optional(),
  message: z.string().optional(),
});

export const presentList = (list: VehicleList): z.infer<typeof listView> => ({
  id: String(list.id),
  name: list.name,
  purpose: list.purpose,
  category: list.category,
  priority: list.priority,
  state: list.state,
  entries: list.entries,
  created: list.createdAt.toISOString(),
});

export const presentEntry = (entry: ListEntry): z.infer<typeof entryView> => ({
  id: String(entry.id),
  vrm: entry.vrm,
  reason: entry.reason,
  instruction: entry.instruction,
  priority: entry.priority,
  make: entry.make,
  model: entry.model,
  colour: entry.colour,
  country: entry.country,
  warnings: entry.warnings,
  validFrom: entry.validFrom?.toISOString() ?? null,
  validUntil: entry.validUntil?.toISOString() ?? null,
  scope: entry.scope,
  state: entry.state,
  created: entry.createdAt.toISOString(),
  confirmed: entry.confirmedAt?.toISOString() ?? null,
  ended: entry.endedAt === null ? null : { at: entry.endedAt.toISOString(), why: entry.endedWhy ?? "" },
});
