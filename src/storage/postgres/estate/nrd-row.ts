import { z } from "zod";
import type { RegisteredNrd } from "../../../estate/registered-nrd.ts";
import { NRD_STATES, NRD_TYPES } from "../../../read/nrd.ts";

/** A row of the register. */
export const nrdRow = z.object({
  id: z.int(),
  feed: z.int(),
  source: z.int(),
  camera: z.int(),
  name: z.string(),
  type: z.enum(NRD_TYPES),
  organisation_id: z.int(),
  road: z.string(),
  direction: z.string(),
  lane: z.int().nullable(),
  lat: z.number(),
  lon: z.number(),
  device_key: z.string().nullable(),
  state: z.enum(NRD_STATES),
  state_since: z.date(),
  daily_reads: z.int().nullable(),
  certificate: z.string().nullable(),
  changed_seq: z.int(),
});

export const asNrd = (row: z.infer<typeof nrdRow>): RegisteredNrd => ({
  id: row.id,
  feed: row.feed,
  source: row.source,
  camera: row.camera,
  name: row.name,
  type: row.type,
  organisation: row.organisation_id,
  road: row.road,
  direction: row.direction,
  lane: row.lane,
  position: { lat: row.lat, lon: row.lon },
  deviceKey: row.device_key,
  state: row.state,
  stateSince: row.state_since,
  dailyReads: row.daily_reads,
  ...(row.certificate === null ? {} : { certificate: row.certificate }),
});
