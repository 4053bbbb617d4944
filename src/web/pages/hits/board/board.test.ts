import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aKnownHit } from "../../../../../test/hit/known-hit.ts";
import { hitText, type HitView } from "../../../../api/hits/present.ts";
import type { Hit } from "../../../../hit/hit.ts";
import { byUrgency } from "../../../../hit/urgency.ts";
import { cardOf } from "./hit-card.ts";
import { sseParser, type ServerEvent } from "./sse-parser.ts";

const NOW = Date.UTC(2026, 10, 23, 3);

describe("a card on the board", () => {
  it("names what differs from what is expected", () => {
    const hit = aKnownHit(1, NOW, {
      expected: { make: "BMW", model: null, colour: "RED", country: null },
      seen: { make: "FORD", model: null, colour: "BLUE", country: "FR" },
    });
    expect(cardOf(hit).differs).toBe("Make and colour differ");
  });

  it("says the country of each plate, and that it differs where both are known", () => {
    const look = { make: null, model: null, colour: "RED" };
    const card = (expected: string | null, seen: string | null) =>
      cardOf(
        aKnownHit(1, NOW, { expected: { ...look, country: expected }, seen: { ...look, country: seen } }),
      );
    expect(card("FR", "IT")).toMatchObject({
      expected: "RED, plate of FR",
      seen: "RED, plate of IT",
      differs: "Country differs",
    });
    expect(card("FR", null)).toMatchObject({ seen: "RED", differs: "" });
    expect(card(null, "IT")).toMatchObject({ seen: "RED, plate of IT", differs: "" });
  });

  it("says what became of the entry in place of the instruction, which stays readable as it was", () => {
    const card = (since: Hit["entry"]["since"]) =>
      cardOf(aKnownHit(1, NOW, { entry: { ...aKnownHit(1, NOW).entry, since } }));
    expect(card(null)).toMatchObject({ since: "", instruction: "Stop if safe and tell control" });
    const removed = {
      what: "removed",
      at: new Date(NOW),
      by: "lbrandt",
      why: "recovered, owner has it",
    } as const;
    expect(card(removed)).toMatchObject({
      since: "Entry removed 03:00:00 by lbrandt: recovered, owner has it",
      instruction: "Was: Stop if safe and tell control",
    });
    const expired = { what: "expired", at: new Date(NOW), by: null, why: "Its validity ended" } as const;
    expect(card(expired).since).toBe("Entry ended 03:00:00: do not act on it");
    const changed = { what: "changed", instruction: "Observe only", reason: "x", priority: "high" } as const;
    expect(card({ ...changed, warnings: null }).since).toBe(
      "Entry changed (high priority). The instruction is now: Observe only",
    );
    expect(card({ ...changed, warnings: "Armed" }).since).toBe(
      "Entry changed (high priority). Warnings: Armed. The instruction is now: Observe only",
    );
  });

  it("shows the VRM with its usual space and leaves out images that there are not", () => {
    const card = cardOf(aKnownHit(1, NOW, { vrm: "AB12CDE", images: ["overview"] }));
    expect(card.vrm).toBe("AB12 CDE");
    expect([card.patch, card.overview]).toEqual(["", "/v1/hits/1/images/overview"]);
  });
});

describe("a hit that came by the stream", () => {
  it("has the card that the server makes of it", () => {
    const hit = aKnownHit(1, NOW, { warnings: "Armed" });
    expect(cardOf(JSON.parse(hitText(hit)) as HitView)).toEqual(cardOf(hit));
  });
});

describe("the order of the board", () => {
  it("is priority, then the newest capture", () => {
    const cards = [
      aKnownHit(1, NOW, { priority: "low" }),
      aKnownHit(2, NOW - 9_000, { priority: "high" }),
      aKnownHit(3, NOW - 1_000, { priority: "high" }),
      aKnownHit(4, NOW - 1_000, { priority: "medium" }),
    ].map(cardOf);
    expect(cards.sort(byUrgency).map(({ id }) => id)).toEqual(["3", "2", "4", "1"]);
  });

  it("is the same on every screen, whatever order hits came in", () => {
    const hit = fc.record({
      id: fc.nat(50).map(String),
      priority: fc.constantFrom("high", "medium", "low", "odd"),
      captured: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.uniqueArray(hit, { selector: ({ id }) => id }), (hits) => {
        expect([...hits].reverse().sort(byUrgency)).toEqual([...hits].sort(byUrgency));
      }),
    );
  });
});

describe("reading the stream of hits", () => {
  const read = (pieces: readonly string[]) => {
    const events: ServerEvent[] = [];
    let comments = 0;
    const parse = sseParser({
      onEvent: (event) => void events.push(event),
      onComment: () => void comments++,
      onRetry: () => undefined,
    });
    for (const piece of pieces) parse(piece);
    return { events, comments };
  };
  const STREAM =
    'retry: 2000\n: open\n\nevent: hit\nid: 7\ndata: {"a":1}\n\n: still here\n\ndata: one\ndata: two\n\nevent: hit\nid: 8\ndata: cut';

  it("gives events, counts heartbeats, and waits for what is cut off", () => {
    expect(read([STREAM])).toEqual({
      events: [
        { event: "hit", id: "7", data: '{"a":1}' },
        { event: "message", id: "7", data: "one\ntwo" },
      ],
      comments: 2,
    });
  });

  it("gives the same however the text is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const pieces = at.slice(1).map((end, n) => STREAM.slice(at[n], end));
        expect(read(pieces)).toEqual(read([STREAM]));
      }),
    );
  });

  it("does not collect a line that never ends", () => {
    expect(() => read(["data: ".padEnd(1_000_002, "x")])).toThrow("never ends");
  });
});
