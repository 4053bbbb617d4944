import type { Hit, HitStep } from "../../hit/hit.ts";
import type { HitView } from "../views.ts";

const step = ({ at, by }: HitStep) => ({ at: at.toISOString(), by: by.username });

/** A hit as the API, the stream and the pages show it. */
export const presentHit = (hit: Hit): HitView => ({
  id: String(hit.id),
  state: hit.state,
  priority: hit.priority,
  raised: hit.raised.toISOString(),
  captured: hit.captured.toISOString(),
  received: hit.received.toISOString(),
  readId: hit.readId,
  vrm: hit.vrm,
  sent: hit.sent,
  confidence: hit.confidence,
  lane: hit.lane,
  direction: hit.direction,
  nrd: { id: hit.site.nrd, name: hit.site.name, road: hit.site.road, direction: hit.site.direction },
  position: { lat: hit.site.position.lat, lon: hit.site.position.lon },
  seen: hit.seen,
  expected: hit.expected,
  warnings: hit.warnings,
  list: { id: String(hit.list.id), name: hit.list.name },
  entry: {
    id: String(hit.entry),
    reason: hit.reason,
    instruction: hit.instruction,
    created: hit.entryCreated.toISOString(),
  },
  images: [...hit.images],
  acknowledged: hit.acknowledged === null ? null : step(hit.acknowledged),
  verified: hit.verified === null ? null : { ...step(hit.verified), result: hit.verified.result },
  disposition:
    hit.closed === null ? null : { ...step(hit.closed), outcome: hit.closed.outcome, note: hit.closed.note },
});
