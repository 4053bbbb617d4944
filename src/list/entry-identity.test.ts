import { describe, expect, it } from "vitest";
import { planEntries, type CheckedEntry } from "./entry-identity.ts";
import type { ListEntry } from "./list-entry.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 30);
const END = NOW + 56 * DAY_MS;
const TEXTS = {
  reason: "Burglaries in Bodmin",
  instruction: "Observe and report",
  priority: "medium",
  make: null,
  model: null,
  colour: null,
  country: null,
  warnings: null,
} as const;

const given = (differing: Partial<CheckedEntry> = {}): CheckedEntry => ({
  index: 0,
  vrm: "AB12CDE",
  scope: null,
  validFrom: null,
  validUntil: END,
  endByPack: true,
  awaits: false,
  ...TEXTS,
  ...differing,
});
const known = (differing: Partial<ListEntry> = {}): ListEntry =>
  ({
    id: 7,
    list: 1,
    vrm: "AB12CDE",
    validFrom: null,
    validUntil: new Date(END),
    endByPack: true,
    scope: null,
    state: "active",
    ...TEXTS,
    ...differing,
  }) as ListEntry;

describe("an entry that comes again without an end of its own (VOI-2, VOI-3)", () => {
  it("is unchanged while its end is hardly put off", () => {
    const { outcomes, renewals } = planEntries([given({ validUntil: END + 6 * DAY_MS })], [known()]);
    expect([outcomes[0]?.verdict, renewals]).toEqual(["unchanged", []]);
  });

  it("was revised: its end is put off, its texts and its confirmation stay", () => {
    const later = END + 7 * DAY_MS;
    const { outcomes, renewals, updates, inserts } = planEntries([given({ validUntil: later })], [known()]);
    expect([outcomes[0]?.verdict, outcomes[0]?.awaiting]).toEqual(["updated", false]);
    expect([renewals, updates, inserts]).toEqual([[{ id: 7, until: later }], [], []]);
  });

  it("gets an end where it had none", () => {
    const old = known({ validUntil: null, endByPack: false });
    expect(planEntries([given()], [old]).renewals).toEqual([{ id: 7, until: END }]);
  });

  it("keeps the end that a person gave it", () => {
    const own = { validUntil: END, endByPack: false };
    const { outcomes, renewals } = planEntries([given(own)], [known({ endByPack: false })]);
    expect([outcomes[0]?.verdict, renewals]).toEqual(["unchanged", []]);
  });
});

describe("other texts", () => {
  const stop = { instruction: "Stop and detain", awaits: true } as const;
  const waiting = known({ id: 8, state: "awaiting", instruction: stop.instruction });

  it("that need a second person wait beside the entry that is matched", () => {
    const { inserts, updates, superseded, outcomes } = planEntries([given(stop)], [known()]);
    expect([inserts.length, updates, superseded]).toEqual([1, [], []]);
    expect(outcomes[0]).toMatchObject({ verdict: "added", awaiting: true });
  });

  it("take the place of one that waits, so that nobody confirms what they did not see", () => {
    const fresh = given({ ...stop, instruction: "Stop, armed" });
    const { inserts, updates, superseded } = planEntries([fresh], [known(), waiting]);
    expect([inserts, updates, superseded]).toEqual([[fresh], [], [{ id: 8, insert: 0 }]]);
  });

  it("that need nobody change the entry that is matched, not the one that waits", () => {
    const { updates, superseded } = planEntries([given({ colour: "BLUE" })], [known(), waiting]);
    expect([updates, superseded]).toEqual([[{ ...TEXTS, colour: "BLUE", id: 7 }], []]);
  });

  it("are the same as before: nothing changes, whichever of the two has them", () => {
    const verdicts = planEntries([given(), given({ ...stop, index: 1 })], [known(), waiting]).outcomes;
    expect(verdicts.map(({ verdict, id }) => [verdict, id])).toEqual([
      ["unchanged", 7],
      ["unchanged", 8],
    ]);
  });
});
