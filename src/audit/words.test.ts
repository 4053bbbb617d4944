import { expect, it } from "vitest";
import { AUDIT_OUTCOMES, type AuditOutcome } from "./outcome.ts";
import { ALL_ACTIONS } from "./vocabulary.ts";
import { sayEntry } from "./words.ts";

it("says every action of the vocabulary in words, with nothing known and with a subject", () => {
  for (const action of ALL_ACTIONS) {
    const said = sayEntry({ action, outcome: "allowed", subject: {} });
    expect(said, action).toMatch(/^[a-z]/);
    expect(said, action).not.toMatch(/undefined|\[object|\s$|\s\s/);
  }
});

it("says what an enquiry was about, under what, and how it ended", () => {
  const subject = { kind: "vrm", vrm: "AB12CDE", authority: "MID-2026-0417" };
  const ask = { action: "enquiry.ask", subject } as const;
  expect(sayEntry({ ...ask, outcome: "asked" })).toBe("asked for VRM AB12CDE under MID-2026-0417");
  expect(sayEntry({ ...ask, outcome: "refused" })).toBe(
    "asked for VRM AB12CDE under MID-2026-0417, and was refused",
  );
  expect(sayEntry({ ...ask, outcome: "allowed", subject: { ...subject, count: 1 } })).toBe(
    "asked for VRM AB12CDE under MID-2026-0417, which found 1 read",
  );
  expect(
    sayEntry({ ...ask, outcome: "asked", subject: { kind: "place", nrds: [1, 2], reference: "OP1" } }),
  ).toBe("asked for what passed 2 cameras under OP1");
});

it("says of an act that it was begun, refused or failed, and of what was done nothing more", () => {
  const said = (outcome: AuditOutcome) =>
    sayEntry({ action: "hit.acknowledge", outcome, subject: { hit: 12 } });
  expect(AUDIT_OUTCOMES.map(said)).toEqual([
    "acknowledged the hit 12 (begun)",
    "acknowledged the hit 12",
    "acknowledged the hit 12, and was refused",
    "acknowledged the hit 12",
    "acknowledged the hit 12, which failed",
  ]);
  expect(sayEntry({ action: "hit.open", outcome: "asked", subject: { hit: 12 } })).toBe("opened the hit 12");
});

it("says an action that is done no more by its name", () => {
  expect(sayEntry({ action: "read.delete" as never, outcome: "done", subject: {} })).toBe("read.delete");
});
