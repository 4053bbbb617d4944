import { expect, it } from "vitest";
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
