import { z } from "zod";
import type { FoundRead, ReadInFull } from "../../enquiry/found-read.ts";
import { imageKind, position, site, time, timeText, nameSchemas } from "../schemas.ts";

/** A read as a line of results. Nothing here says anything about a person's life (INV-9). */
export const foundReadView = z.strictObject({
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

export const readView = foundReadView.extend({
  timeQuality: z.string(),
  lateness: z.string(),
  country: z.string().nullable(),
  make: z.string().nullable(),
  model: z.string().nullable(),
  colour: z.string().nullable(),
  images: z.array(imageKind),
  vrmStyle: z.string(),
  caution: z.string(),
  seenUnder: z.object({ authority: z.string(), rules: z.array(z.string()), policyPack: z.string() }),
  receipt: z.int().describe("Index of the entry in the audit log"),
});
nameSchemas({ FoundRead: foundReadView, Read: readView });

export const presentFoundRead = (read: FoundRead): z.infer<typeof foundReadView> => ({
  id: read.id,
  vrm: read.vrm,
  sent: read.sent,
  captured: timeText(read.captured),
  received: timeText(read.received),
  nrd: read.nrd,
  position: read.position,
  confidence: read.confidence,
  direction: read.direction,
  lane: read.lane,
});

/** Everything known about a read, with the caution and the permission it is shown under. */
export const presentRead = (read: ReadInFull): z.infer<typeof readView> => ({
  ...presentFoundRead(read),
  timeQuality: read.timeQuality,
  lateness: read.lateness,
  country: read.country,
  make: read.make,
  model: read.model,
  colour: read.colour,
  images: [...read.images],
  vrmStyle: read.vrmStyle,
  caution: read.caution,
  seenUnder: {
    authority: read.grant.authority,
    rules: [...read.grant.rules],
    policyPack: read.grant.policyPack,
  },
  receipt: read.receipt,
});
