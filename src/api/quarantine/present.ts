import { z } from "zod";
import type { HeldCapture } from "../../ingest/quarantine/quarantine.ts";
import type { HeldRead } from "../../ingest/quarantine/quarantined-reads.ts";
import { imageKind, time, nameSchemas } from "../schemas.ts";

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

export const quarantinedInFull = quarantinedView.extend({
  sent: z.looseObject({}).nullable().describe("What arrived, without its images; null when it was discarded"),
});

export const presentHeld = (held: HeldRead): z.infer<typeof quarantinedView> => ({
  id: held.id,
  code: held.code,
  detail: held.detail,
  received: held.received.toISOString(),
  captured: held.captured.toISOString(),
  vrm: held.vrm,
  nrd: held.nrd,
  source: held.source.name,
  images: [...held.images],
  deleteBy: held.deleteBy.toISOString(),
});

/** What arrived, in words a person can check, without its images. */
export function presentCapture(
  capture: HeldCapture["capture"] | null,
): z.infer<typeof quarantinedInFull>["sent"] {
  if (capture === null) return null;
  const { patch: _patch, overview: _overview, captured, ...rest } = capture;
  return { ...rest, captured: new Date(captured).toISOString() };
}

nameSchemas({ QuarantinedRead: quarantinedView, QuarantinedReadInFull: quarantinedInFull });
