import { z } from "zod";
import { PRIORITIES } from "../list/list-entry.ts";
import { NRD_STATES, NRD_TYPES } from "../read/nrd.ts";
import { imageKind, time } from "./schemas.ts";

/** What the API shows of things, as schema and type. Nothing here says anything about a person's life (INV-9). */
const position = z.strictObject({ lat: z.number(), lon: z.number() });
const site = z.strictObject({ id: z.int(), name: z.string(), road: z.string(), direction: z.string() });

export const foundRead = z.strictObject({
  id: z.string(),
  vrm: z.string().nullable().describe("Null for a passage whose plate could not be read"),
  sent: z.string().describe("The VRM exactly as the camera sent it"),
  captured: time,
  received: time,
  nrd: site,
  position,
  confidence: z.number().nullable(),
  direction: z.string(),
  lane: z.int().nullable(),
});

export const hitView = z.strictObject({
  id: z.string(),
  seq: z.string(),
  state: z.string(),
  priority: z.string(),
  raised: time,
  captured: time,
  received: time,
  readId: z.string(),
  vrm: z.string(),
  sent: z.string().describe("The VRM exactly as the camera sent it"),
  confidence: z.number().nullable(),
  nrd: site,
  position,
  list: z.strictObject({ id: z.string(), name: z.string() }),
  entry: z.strictObject({ id: z.string(), reason: z.string(), instruction: z.string() }),
  images: z.array(imageKind),
  acknowledged: z.strictObject({ at: time, by: z.string() }).nullable(),
  verified: z.strictObject({ at: time, by: z.string(), result: z.string() }).nullable(),
  disposition: z.strictObject({ at: time, by: z.string(), outcome: z.string(), note: z.string() }).nullable(),
});
export type HitView = z.infer<typeof hitView>;

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
export type ListView = z.infer<typeof listView>;

export const entryView = z.strictObject({
  id: z.string(),
  vrm: z.string().describe("As it is matched; a pattern has ? and *"),
  reason: z.string(),
  instruction: z.string(),
  priority: z.enum(PRIORITIES),
  make: z.string().nullable(),
  model: z.string().nullable(),
  colour: z.string().nullable(),
  warnings: z.string().nullable(),
  validFrom: time.nullable(),
  validUntil: time.nullable(),
  scope: z.looseObject({}).nullable(),
  state: z.enum(["active", "removed", "expired"]),
  created: time,
  ended: z.strictObject({ at: time, why: z.string() }).nullable(),
});
export type EntryView = z.infer<typeof entryView>;

export const nrdView = z.strictObject({
  id: z.int(),
  feed: z.int(),
  source: z.int(),
  camera: z.int(),
  name: z.string(),
  type: z.enum(NRD_TYPES),
  organisation: z.int(),
  road: z.string(),
  direction: z.string(),
  lane: z.int().nullable(),
  position,
  deviceKey: z.string().nullable(),
  state: z.enum(NRD_STATES),
  stateSince: time,
  dailyReads: z.int().nullable(),
});
export type NrdView = z.infer<typeof nrdView>;

export const quarantinedView = z.strictObject({
  id: z.string(),
  code: z.string(),
  detail: z.string(),
  received: time,
  captured: time,
  vrm: z.string(),
  nrd: z.string().describe("How the message named its NRD"),
  source: z.string(),
  images: z.array(imageKind),
  deleteBy: time,
});
export type QuarantinedView = z.infer<typeof quarantinedView>;

export const receiptView = z.looseObject({
  day: z.iso.date(),
  reads: z.int(),
  images: z.int(),
  digest: z.string(),
  at: time,
});
export type ReceiptView = z.infer<typeof receiptView>;

export const retentionView = z.strictObject({
  lastRun: time.nullable(),
  late: z.boolean(),
  oldestDay: z.iso.date().nullable(),
  nextDay: z.iso.date().nullable().describe("The next day to be expired"),
  accessFloor: time.describe("Nothing captured before this is shown by any query"),
});
export type RetentionView = z.infer<typeof retentionView>;

export const doctorLine = z.strictObject({
  name: z.string(),
  state: z.enum(["well", "warning", "ill"]),
  finding: z.string(),
  advice: z.string().describe("What to do; empty when well"),
});
export type DoctorLine = z.infer<typeof doctorLine>;

export const rowVerdict = z.strictObject({
  row: z.int(),
  verdict: z.enum(["added", "updated", "unchanged", "refused"]),
  id: z.string().optional(),
  code: z.string().optional(),
  path: z.string().optional(),
  message: z.string().optional(),
});
