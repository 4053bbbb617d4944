import { z } from "zod";
import type { DeletionStatus } from "../../retention/deletions.ts";
import type { Receipt } from "../../retention/receipt.ts";
import { time, nameSchemas } from "../schemas.ts";

export const receiptView = z.strictObject({
  day: z.iso.date(),
  policyPack: z.string(),
  counts: z.record(z.string(), z.int()).describe("Items deleted, by store"),
  digest: z.string(),
  survivors: z.literal(0),
  searched: z.array(z.string()).describe("Where what was deleted was looked for and not found"),
  notSearched: z.array(z.string()).describe("Where the service could not look, with why or whose it is"),
  finishedAt: time,
  signature: z.string().describe("Ed25519, base64"),
});

export const retentionView = z.strictObject({
  late: z.boolean(),
  lastSuccess: time.nullable().describe("The last run that left nothing due undone"),
  held: z.string().nullable().describe("Why nothing is deleted at the moment; null where all is well"),
  accessFloor: time.describe("Nothing captured before this is shown by any query"),
});

export const presentReceipt = (receipt: Receipt): z.infer<typeof receiptView> => ({
  day: receipt.day,
  policyPack: receipt.policyPack,
  counts: { ...receipt.counts },
  digest: receipt.digest,
  survivors: receipt.survivors,
  searched: [...receipt.searched],
  notSearched: [...receipt.notSearched],
  finishedAt: receipt.finishedAt,
  signature: receipt.signature,
});

export const presentStatus = (status: DeletionStatus): z.infer<typeof retentionView> => ({
  late: status.late,
  lastSuccess: status.lastSuccess?.toISOString() ?? null,
  held: status.held,
  accessFloor: status.accessFloor.toISOString(),
});

nameSchemas({ DeletionReceipt: receiptView, Retention: retentionView });
