import { expect, it } from "vitest";
import type { Decoded } from "../read/capture.ts";
import type { RefusalCount } from "./quarantine/quarantine.ts";
import { Refusals } from "./refusals.ts";

it("keeps the shape of a refused VRM as its sample, never the VRM", async () => {
  const kept: RefusalCount[] = [];
  const store = {
    add: async (counts: readonly RefusalCount[]) => void kept.push(...counts),
    since: async () => kept,
    forget: async () => 0,
  };
  const refusals = new Refusals(store, () => Date.parse("2026-11-22T12:00:00Z"));
  const vrm = "XY12 Ü€Z9";
  const element: Decoded = {
    capture: { nrd: { kind: "id", id: 1 }, vrm, captured: 0, timeQuality: "utc" },
  };
  const outcome = {
    verdict: "refused",
    code: "VRM_INVALID",
    path: "vrm",
    message: "It cannot be a VRM.",
  } as const;
  refusals.note(1, [element], [outcome]);
  await refusals.write();
  expect(kept).toMatchObject([
    { day: "2026-11-22", count: 1, sample: 'vrm: It cannot be a VRM., sent: 9 characters like "AA99 A?A9"' },
  ]);
});

it("counts what reads were kept without as it counts refusals", async () => {
  const kept: RefusalCount[] = [];
  const refusals = new Refusals({
    add: async (counts) => void kept.push(...counts),
    since: async () => kept,
    forget: async () => 0,
  });
  const element: Decoded = {
    capture: { nrd: { kind: "id", id: 1 }, vrm: "AB12CDE", captured: 0, timeQuality: "utc" },
  };
  const note = { code: "IMAGE_INVALID", path: "patch", message: "Left out." } as const;
  const outcome = { verdict: "stored", readId: "1-1", notes: [note] } as const;
  refusals.note(1, [element, element], [outcome, outcome]);
  await refusals.write();
  expect(kept).toMatchObject([{ code: "IMAGE_INVALID", count: 2, sample: "patch: Left out." }]);
});
