import type { HitView } from "../../src/api/views.ts";

const iso = (epoch: number): string => new Date(epoch).toISOString();

/** A hit as API and pages show it, for what only presents one. */
export const aHitView = (id: number, captured: number, differing: Partial<HitView> = {}): HitView => ({
  id: String(id),
  state: "new",
  priority: "medium",
  raised: iso(captured + 300),
  captured: iso(captured),
  received: iso(captured + 200),
  readId: `2-${captured}`,
  vrm: "LR19XKJ",
  sent: "LR19XKJ",
  confidence: 61,
  lane: 2,
  direction: "towards",
  nrd: { id: 2, name: "A2 Dover docks", road: "A2", direction: "inbound" },
  position: { lat: 51.1279, lon: 1.3134 },
  seen: { make: "VAUXHALL", model: "CORSA", colour: "SILVER" },
  expected: { make: "VAUXHALL", model: "CORSA", colour: "RED" },
  warnings: null,
  list: { id: "1", name: "Stolen vehicles" },
  entry: {
    id: "101",
    reason: "Taken in a burglary",
    instruction: "Stop if safe and tell control",
    created: iso(captured - 86_400_000),
  },
  images: ["patch", "overview"],
  acknowledged: null,
  verified: null,
  disposition: null,
  ...differing,
});
