import type { HitView } from "../../src/api/views.ts";

/** Places in the sample: name, road, direction, latitude, longitude. */
export const SITES = [
  ["M4 J5 westbound", "M4", "westbound", 51.491, -0.5621],
  ["A2 Dover docks", "A2", "inbound", 51.1279, 1.3134],
  ["A38 Bristol Road", "A38", "northbound", 52.4406, -1.9386],
  ["M8 J15 Townhead", "M8", "eastbound", 55.8668, -4.2394],
  ["A55 Conwy tunnel", "A55", "westbound", 53.2806, -3.8253],
  ["A1 Gateshead", "A1", "southbound", 54.9526, -1.6635],
] as const;
export const PLATES = [
  "AB12CDE",
  "LR19XKJ",
  "YK67PNV",
  "BD51SMR",
  "M745RTE",
  "SW02ZZT",
  "GX64HFU",
  "WN70QAC",
];
const PRIORITIES = ["high", "medium", "low"] as const;
const COLOURS = ["BLUE", "SILVER", "BLACK", "WHITE"];
const MAKES = [
  ["FORD", "FOCUS"],
  ["VAUXHALL", "CORSA"],
  ["BMW", "3 SERIES"],
  ["TESLA", "MODEL 3"],
] as const;

export const pick = <Item>(items: readonly Item[], at: number): Item => items[at % items.length] as Item;
export const iso = (epoch: number): string => new Date(epoch).toISOString();

/** A hit made from a number: the same number, the same hit. */
export function sampleHit(n: number, captured: number, changes: Partial<HitView> = {}): HitView {
  const [name, road, direction, lat, lon] = pick(SITES, n);
  const [make, model] = pick(MAKES, n);
  const colour = pick(COLOURS, n);
  return {
    id: String(n),
    state: "new",
    priority: pick(PRIORITIES, n),
    raised: iso(captured + 300),
    captured: iso(captured),
    received: iso(captured + 200),
    readId: `${(n % SITES.length) + 1}-${captured}`,
    vrm: pick(PLATES, n),
    sent: pick(PLATES, n),
    confidence: 60 + (n % 40),
    lane: 1 + (n % 3),
    direction: "towards",
    nrd: { id: (n % SITES.length) + 1, name, road, direction },
    position: { lat, lon },
    seen: { make, model, colour },
    expected: { make, model, colour: n % 4 === 1 ? "RED" : colour },
    warnings: n % 3 === 0 ? "May be armed. Do not stop with a single crew." : null,
    list: { id: "1", name: pick(["Stolen vehicles", "Missing people", "No insurance"], n) },
    entry: {
      id: String(100 + n),
      reason: pick(
        ["Taken in burglary 44/1234/26", "High-risk missing person", "No insurance seen on 3 days"],
        n,
      ),
      instruction: pick(
        ["Stop if safe and tell control", "Observe, do not stop", "Stop and check documents"],
        n,
      ),
      created: iso(captured - 86_400_000 * (1 + (n % 30))),
    },
    images: n % 5 === 4 ? [] : ["patch", "overview"],
    acknowledged: null,
    verified: null,
    disposition: null,
    ...changes,
  };
}
