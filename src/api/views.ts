import { z } from "zod";
import { imageKind, time, nameSchemas } from "./schemas.ts";

/** What the API shows of things, as schema and type. Nothing here says anything about a person's life (INV-9). */

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

export const quarantinedInFull = quarantinedView.extend({
  sent: z.looseObject({}).nullable().describe("What arrived, without its images; null when it was discarded"),
});
export type QuarantinedInFull = z.infer<typeof quarantinedInFull>;

export const receiptView = z.strictObject({
  day: z.iso.date(),
  policyPack: z.string(),
  counts: z.record(z.string(), z.int()).describe("Items deleted, by store"),
  digest: z.string(),
  survivors: z.literal(0),
  finishedAt: time,
  signature: z.string().describe("Ed25519, base64"),
});
export type ReceiptView = z.infer<typeof receiptView>;

export const retentionView = z.strictObject({
  late: z.boolean(),
  lastSuccess: time.nullable().describe("The last run that left nothing due undone"),
  accessFloor: time.describe("Nothing captured before this is shown by any query"),
});
export type RetentionView = z.infer<typeof retentionView>;

export const doctorLine = z.strictObject({
  name: z.string(),
  state: z.enum(["well", "warning", "critical"]),
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
nameSchemas({
  QuarantinedRead: quarantinedView,
  QuarantinedReadInFull: quarantinedInFull,
  DeletionReceipt: receiptView,
  Retention: retentionView,
  DoctorLine: doctorLine,
  RowVerdict: rowVerdict,
});
