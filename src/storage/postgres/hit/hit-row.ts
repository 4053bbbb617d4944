import type { Hit, HitOutcome, HitState, ImageKind, NewHit, Verification } from "../../../hit/hit.ts";
import type { Priority } from "../../../list/list-entry.ts";
import type { Direction } from "../../../read/capture.ts";

/** A row of HIT_COLUMNS. */
export interface HitRow {
  readonly id: number;
  readonly read_id: string;
  readonly nrd_id: number;
  readonly captured: Date;
  readonly received: Date;
  readonly raised: Date;
  readonly vrm: string;
  readonly sent: string;
  readonly confidence: number | null;
  readonly lane: number | null;
  readonly direction: string;
  readonly seen: NewHit["seen"];
  readonly images: string[];
  readonly entry_id: number;
  readonly list_id: number;
  readonly list_name: string;
  readonly organisation_id: number;
  readonly priority: string;
  readonly reason: string;
  readonly instruction: string;
  readonly warnings: string | null;
  readonly expected: NewHit["seen"];
  readonly entry_created: Date;
  readonly state: string;
  readonly acknowledged_by: number | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_name: string;
  readonly verified_by: number | null;
  readonly verified_at: Date | null;
  readonly verified_name: string;
  readonly verification: string | null;
  readonly closed_by: number | null;
  readonly closed_at: Date | null;
  readonly closed_name: string;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly state_seq: number | null;
  readonly site_name: string | null;
  readonly site_road: string | null;
  readonly site_direction: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** A hit with its site and the names of who dealt with it; goes with HIT_FROM. */
export const HIT_COLUMNS = `hit.*, nrd.name as site_name, nrd.road as site_road, nrd.direction as site_direction, nrd.lat, nrd.lon,
  a.username as acknowledged_name, v.username as verified_name, c.username as closed_name`;
export const HIT_FROM = `hit left join nrd on nrd.id = hit.nrd_id left join person a on a.id = acknowledged_by
  left join person v on v.id = verified_by left join person c on c.id = closed_by`;

const step = (
  id: number | null,
  username: string,
  at: Date | null,
): { by: { id: number; username: string }; at: Date } | null =>
  id === null || at === null ? null : { by: { id, username }, at };

export function asHit(row: HitRow): Hit {
  const verified = step(row.verified_by, row.verified_name, row.verified_at);
  const closed = step(row.closed_by, row.closed_name, row.closed_at);
  return {
    id: row.id,
    readId: row.read_id,
    captured: row.captured,
    received: row.received,
    raised: row.raised,
    vrm: row.vrm,
    sent: row.sent,
    confidence: row.confidence,
    lane: row.lane,
    direction: row.direction as Direction,
    seen: row.seen,
    images: row.images as ImageKind[],
    entry: row.entry_id,
    entryCreated: row.entry_created,
    list: { id: row.list_id, name: row.list_name },
    organisation: row.organisation_id,
    priority: row.priority as Priority,
    reason: row.reason,
    instruction: row.instruction,
    warnings: row.warnings,
    expected: row.expected,
    site: {
      nrd: row.nrd_id,
      name: row.site_name ?? "",
      road: row.site_road ?? "",
      direction: row.site_direction ?? "",
      position: { lat: row.lat ?? 0, lon: row.lon ?? 0 },
    },
    state: row.state as HitState,
    acknowledged: step(row.acknowledged_by, row.acknowledged_name, row.acknowledged_at),
    verified: verified && { ...verified, result: row.verification as Verification },
    closed: closed && { ...closed, outcome: row.outcome as HitOutcome, note: row.note ?? "" },
  };
}
