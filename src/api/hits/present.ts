import { z } from "zod";
import type { EntrySince, Hit } from "../../hit/hit.ts";
import { HIT_OUTCOMES, HIT_STATES, VERIFICATIONS, type HitStep } from "../../hit/life.ts";
import { PRIORITIES } from "../../list/list-entry.ts";
import { DIRECTIONS } from "../../read/capture.ts";
import { imageKind, position, site, time, nameSchemas } from "../schemas.ts";

const vehicle = z.strictObject({
  make: z.string().nullable(),
  model: z.string().nullable(),
  colour: z.string().nullable(),
  country: z.string().nullable().describe("Of the mark: ISO 3166-1 alpha-2"),
});
const step = { at: time, by: z.string().describe("Username") };

const entrySince = z.discriminatedUnion("what", [
  z.strictObject({
    what: z.enum(["removed", "expired"]),
    at: time,
    by: z.string().nullable().describe("Username; null where its validity ended"),
    why: z.string(),
  }),
  z.strictObject({
    what: z.literal("changed"),
    instruction: z.string(),
    reason: z.string(),
    priority: z.enum(PRIORITIES),
    warnings: z.string().nullable(),
  }),
]);

/** A hit as the API and the stream show it. */
export const hitView = z.strictObject({
  id: z.string().describe("Rises; resume the stream after it"),
  state: z.enum(HIT_STATES),
  priority: z.enum(PRIORITIES),
  raised: time,
  captured: time,
  received: time,
  readId: z.string(),
  vrm: z.string(),
  sent: z.string().describe("The VRM exactly as the camera sent it"),
  confidence: z.number().nullable(),
  lane: z.int().nullable(),
  direction: z.enum(DIRECTIONS),
  nrd: site,
  position,
  elsewhere: z
    .strictObject({
      hit: z.string(),
      nrd: z.strictObject({ id: z.int(), name: z.string() }),
      captured: time,
      metres: z.number(),
    })
    .nullable()
    .describe(
      "Where the mark was as well and cannot have been: one of the two vehicles carries a copy of the plate",
    ),
  seen: vehicle.describe("What the camera says the vehicle looks like"),
  expected: vehicle.describe("What the entry says"),
  warnings: z.string().nullable(),
  list: z.strictObject({ id: z.string(), name: z.string() }),
  entry: z.strictObject({
    id: z.string(),
    reason: z.string().describe("As it was when the hit was raised"),
    instruction: z.string().describe("As it was when the hit was raised; see `since` before acting"),
    created: time,
    since: entrySince
      .nullable()
      .describe(
        "What became of the entry: it was taken off, ended, or says something else now; then the stream sends the hit again",
      ),
  }),
  images: z.array(imageKind),
  acknowledged: z.strictObject(step).nullable(),
  verified: z.strictObject({ ...step, result: z.enum(VERIFICATIONS) }).nullable(),
  disposition: z.strictObject({ ...step, outcome: z.enum(HIT_OUTCOMES), note: z.string() }).nullable(),
});
export type HitView = z.infer<typeof hitView>;
nameSchemas({ Vehicle: vehicle, Hit: hitView });

const presentStep = ({ at, by }: HitStep) => ({ at: at.toISOString(), by: by.username });

const presentSince = (since: EntrySince | null): HitView["entry"]["since"] =>
  since === null || since.what === "changed" ? since : { ...since, at: since.at.toISOString() };

/** What a hit shows; a member of it that is not named here is not given out. */
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
  nrd: hit.nrd,
  position: hit.position,
  elsewhere: hit.elsewhere && {
    ...hit.elsewhere,
    hit: String(hit.elsewhere.hit),
    captured: hit.elsewhere.captured.toISOString(),
  },
  seen: hit.seen,
  expected: hit.expected,
  warnings: hit.warnings,
  list: { id: String(hit.list.id), name: hit.list.name },
  entry: {
    ...hit.entry,
    id: String(hit.entry.id),
    created: hit.entry.created.toISOString(),
    since: presentSince(hit.entry.since),
  },
  images: [...hit.images],
  acknowledged: hit.acknowledged && presentStep(hit.acknowledged),
  verified: hit.verified && { ...presentStep(hit.verified), result: hit.verified.result },
  disposition: hit.disposition && {
    ...presentStep(hit.disposition),
    outcome: hit.disposition.outcome,
    note: hit.disposition.note,
  },
});

const texts = new WeakMap<Hit, string>();

/** A hit as the stream sends it; made once for all streams. */
export function hitText(hit: Hit): string {
  const known = texts.get(hit);
  if (known !== undefined) return known;
  const text = JSON.stringify(presentHit(hit));
  texts.set(hit, text);
  return text;
}
