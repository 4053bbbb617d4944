import { z } from "zod";
import type { RegisteredNrd } from "../../estate/registered-nrd.ts";
import { NRD_STATES, NRD_TYPES } from "../../read/nrd.ts";
import { position, time, nameSchemas } from "../schemas.ts";

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
nameSchemas({ Nrd: nrdView });

export const presentNrd = (nrd: RegisteredNrd): z.infer<typeof nrdView> => ({
  id: nrd.id,
  feed: nrd.feed,
  source: nrd.source,
  camera: nrd.camera,
  name: nrd.name,
  type: nrd.type,
  organisation: nrd.organisation,
  road: nrd.road,
  direction: nrd.direction,
  lane: nrd.lane,
  position: nrd.position,
  deviceKey: nrd.deviceKey,
  state: nrd.state,
  stateSince: nrd.stateSince.toISOString(),
  dailyReads: nrd.dailyReads,
});
