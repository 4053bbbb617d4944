import { z } from "zod";
import type { Hit } from "../../../hit/hit.ts";
import { HIT_OUTCOMES, HIT_STATES, VERIFICATIONS, type HitStep } from "../../../hit/life.ts";
import { PRIORITIES } from "../../../list/list-entry.ts";
import { DIRECTIONS } from "../../../read/capture.ts";

const id = z.int();
const vehicle = z.object({
  make: z.string().nullable(),
  model: z.string().nullable(),
  colour: z.string().nullable(),
  // Hits that were raised before countries were noted have none.
  country: z.string().nullable().default(null),
});

/** A row of HIT_COLUMNS. */
export const hitRow = z.object({
  id,
  read_id: z.string(),
  nrd_id: id,
  captured: z.date(),
  received: z.date(),
  raised: z.date(),
  vrm: z.string(),
  sent: z.string(),
  confidence: z.int().nullable(),
  lane: z.int().nullable(),
  direction: z.enum(DIRECTIONS),
  seen: vehicle,
  images: z.array(z.enum(["patch", "overview"])),
  entry_id: id,
  list_id: id,
  list_name: z.string(),
  organisation_id: id,
  priority: z.enum(PRIORITIES),
  reason: z.string(),
  instruction: z.string(),
  warnings: z.string().nullable(),
  expected: vehicle,
  entry_created: z.date(),
  state: z.enum(HIT_STATES),
  acknowledged_by: id.nullable(),
  acknowledged_at: z.date().nullable(),
  acknowledged_name: z.string().nullable(),
  verified_by: id.nullable(),
  verified_at: z.date().nullable(),
  verified_name: z.string().nullable(),
  verification: z.enum(VERIFICATIONS).nullable(),
  closed_by: id.nullable(),
  closed_at: z.date().nullable(),
  closed_name: z.string().nullable(),
  outcome: z.enum(HIT_OUTCOMES).nullable(),
  note: z.string().nullable(),
  state_seq: z.int().nullable(),
  site_name: z.string().nullable(),
  site_road: z.string().nullable(),
  site_direction: z.string().nullable(),
  lat: z.number().nullable(),
  lon: z.number().nullable(),
});

/** A hit with its site and the names of who dealt with it; goes with HIT_FROM. */
export const HIT_COLUMNS = `hit.*, nrd.name as site_name, nrd.road as site_road, nrd.direction as site_direction, nrd.lat, nrd.lon,
  a.username as acknowledged_name, v.username as verified_name, c.username as closed_name`;
export const HIT_FROM = `hit left join nrd on nrd.id = hit.nrd_id left join person a on a.id = acknowledged_by
  left join person v on v.id = verified_by left join person c on c.id = closed_by`;

const step = (id: number | null, username: string | null, at: Date | null): HitStep | null =>
  id === null || at === null ? null : { by: { id, username: username ?? "" }, at };

export function asHit(row: z.infer<typeof hitRow>): Hit {
  const verified = step(row.verified_by, row.verified_name, row.verified_at);
  const closed = step(row.closed_by, row.closed_name, row.closed_at);
  return {
    id: row.id,
    state: row.state,
    priority: row.priority,
    raised: row.raised,
    captured: row.captured,
    received: row.received,
    readId: row.read_id,
    vrm: row.vrm,
    sent: row.sent,
    confidence: row.confidence,
    lane: row.lane,
    direction: row.direction,
    nrd: {
      id: row.nrd_id,
      name: row.site_name ?? "",
      road: row.site_road ?? "",
      direction: row.site_direction ?? "",
    },
    position: { lat: row.lat ?? 0, lon: row.lon ?? 0 },
    seen: row.seen,
    expected: row.expected,
    warnings: row.warnings,
    list: { id: row.list_id, name: row.list_name },
    organisation: row.organisation_id,
    entry: {
      id: row.entry_id,
      reason: row.reason,
      instruction: row.instruction,
      created: row.entry_created,
    },
    images: row.images,
    acknowledged: step(row.acknowledged_by, row.acknowledged_name, row.acknowledged_at),
    verified: verified && row.verification && { ...verified, result: row.verification },
    disposition: closed && row.outcome && { ...closed, outcome: row.outcome, note: row.note ?? "" },
  };
}
