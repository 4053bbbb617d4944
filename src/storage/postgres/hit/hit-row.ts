import { z } from "zod";
import type { EntrySince, Hit } from "../../../hit/hit.ts";
import { HIT_OUTCOMES, HIT_STATES, VERIFICATIONS, type HitStep } from "../../../hit/life.ts";
import { ENTRY_STATES, PRIORITIES } from "../../../list/list-entry.ts";
import { isImpossible } from "../../../read/two-places.ts";
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
  elsewhere_hit: id.nullable(),
  elsewhere_nrd: id.nullable(),
  elsewhere_name: z.string().nullable(),
  elsewhere_captured: z.date().nullable(),
  elsewhere_metres: z.number().nullable(),
  // The entry as it is now, or the one that took its place; null where its row is gone.
  entry_state: z.enum(ENTRY_STATES).nullable(),
  entry_until: z.date().nullable(),
  entry_ended_at: z.date().nullable(),
  entry_ended_name: z.string().nullable(),
  entry_ended_why: z.string().nullable(),
  entry_reason: z.string().nullable(),
  entry_instruction: z.string().nullable(),
  entry_priority: z.enum(PRIORITIES).nullable(),
  entry_warnings: z.string().nullable(),
  entry_vehicle: vehicle.nullable(),
});

/** Further apart in time than this, no two places in the country are too far from each other. */
const TOGETHER = "interval '6 hours'";

/**
 * Hits on the mark of a hit, or of what has such columns, at another fixed NRD of those that everybody may know of, with the
 * metres between. The look-up goes by mark and time, whatever the planner guesses.
 */
export function sameMarkElsewhere(hit: string): string {
  return `select other.id as hit, other.nrd_id as nrd, there.name, other.captured,
      2 * 6371008.8 * asin(least(1, sqrt(power(sin(radians(there.lat - here.lat) / 2), 2)
        + cos(radians(here.lat)) * cos(radians(there.lat)) * power(sin(radians(there.lon - here.lon) / 2), 2)))) as metres
    from hit other join nrd there on there.id = other.nrd_id join nrd here on here.id = ${hit}.nrd_id
   where other.vrm = ${hit}.vrm and other.captured between ${hit}.captured - ${TOGETHER} and ${hit}.captured + ${TOGETHER}
     and other.nrd_id <> ${hit}.nrd_id and other.organisation_id = ${hit}.organisation_id
     and there.type in ('static', 'multi-lane', 'cctv-integrated') and here.type in ('static', 'multi-lane', 'cctv-integrated')`;
}

/** A hit with its site and the names of who dealt with it; goes with HIT_FROM. */
export const HIT_COLUMNS = `hit.*, nrd.name as site_name, nrd.road as site_road, nrd.direction as site_direction, nrd.lat, nrd.lon,
  a.username as acknowledged_name, v.username as verified_name, c.username as closed_name,
  entry.state as entry_state, entry.valid_until as entry_until, entry.ended_at as entry_ended_at,
  ended.username as entry_ended_name, entry.ended_why as entry_ended_why, entry.reason as entry_reason,
  entry.instruction as entry_instruction, entry.priority as entry_priority, entry.warnings as entry_warnings,
  case when entry.id is not null then jsonb_build_object('make', entry.make, 'model', entry.model, 'colour', entry.colour,
    'country', entry.country) end as entry_vehicle, elsewhere.hit as elsewhere_hit, elsewhere.nrd as elsewhere_nrd,
  elsewhere.name as elsewhere_name, elsewhere.captured as elsewhere_captured, elsewhere.metres as elsewhere_metres`;
export const HIT_FROM = `hit left join nrd on nrd.id = hit.nrd_id left join person a on a.id = acknowledged_by
  left join person v on v.id = verified_by left join person c on c.id = closed_by
  left join list_entry raising on raising.id = hit.entry_id
  left join list_entry entry on entry.id = coalesce(raising.replaced_by, raising.id) left join person ended on ended.id = entry.ended_by
  left join lateral (select same.* from (${sameMarkElsewhere("hit")} offset 0) same
    order by same.metres / greatest(abs(extract(epoch from same.captured - hit.captured)), 0.001) desc limit 1) elsewhere on true`;

const step = (id: number | null, username: string | null, at: Date | null): HitStep | null =>
  id === null || at === null ? null : { by: { id, username: username ?? "" }, at };

/** @param now epoch ms: an entry whose end has passed by then is over, whether a job has said so or not */
export function asHit(row: z.infer<typeof hitRow>, now: number): Hit {
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
    elsewhere: elsewhereOf(row),
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
      since: entrySince(row, now),
    },
    images: row.images,
    acknowledged: step(row.acknowledged_by, row.acknowledged_name, row.acknowledged_at),
    verified: verified && row.verification && { ...verified, result: row.verification },
    disposition: closed && row.outcome && { ...closed, outcome: row.outcome, note: row.note ?? "" },
  };
}

function entrySince(row: z.infer<typeof hitRow>, now: number): EntrySince | null {
  const { entry_state: state, entry_until: until, entry_ended_at: at } = row;
  if ((state === "removed" || state === "expired") && at !== null)
    return { what: state, at, by: row.entry_ended_name, why: row.entry_ended_why ?? "" };
  if (until !== null && until.getTime() <= now)
    return { what: "expired", at: until, by: null, why: "Its validity ended" };
  const { entry_instruction: instruction, entry_reason: reason, entry_priority: priority } = row;
  if (state !== "active" || instruction === null || reason === null || priority === null) return null;
  const before = [row.instruction, row.reason, row.priority, row.warnings, ...described(row.expected)];
  const today = [instruction, reason, priority, row.entry_warnings, ...described(row.entry_vehicle)];
  return before.every((text, at) => text === today[at])
    ? null
    : { what: "changed", instruction, reason, priority, warnings: row.entry_warnings };
}

const described = (of: z.infer<typeof vehicle> | null): readonly (string | null)[] => [
  of?.make ?? null,
  of?.model ?? null,
  of?.colour ?? null,
  of?.country ?? null,
];

function elsewhereOf(row: z.infer<typeof hitRow>): Hit["elsewhere"] {
  const {
    elsewhere_hit: hit,
    elsewhere_nrd: nrd,
    elsewhere_captured: captured,
    elsewhere_metres: metres,
  } = row;
  if (hit === null || nrd === null || captured === null || metres === null) return null;
  if (!isImpossible(metres, captured.getTime() - row.captured.getTime())) return null;
  return { hit, nrd: { id: nrd, name: row.elsewhere_name ?? "" }, captured, metres: Math.round(metres) };
}
