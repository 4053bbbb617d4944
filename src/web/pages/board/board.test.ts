import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleHit } from "../../../../test/journeys/sample-hit.ts";
import "../../../../test/servers/shipped-policy.ts";
import type { SignedIn } from "../../../api/ports.ts";
import { byUrgency, cardOf } from "./hit-card.ts";
import { sseParser, type ServerEvent } from "./sse-parser.ts";
import { BOARD_LIMIT, boardView, openHits } from "./view.ts";

const asker = { roles: ["operator"], username: "operator" } as unknown as SignedIn;
const NOW = Date.UTC(2026, 10, 23, 3);

describe("a card on the board", () => {
  it("names what differs from what is expected", () => {
    const hit = sampleHit(1, NOW, {
      expected: { make: "BMW", model: null, colour: "RED" },
      seen: { make: "FORD", model: null, colour: "BLUE" },
    });
    expect(cardOf(hit).differs).toBe("Make and colour differ");
  });

  it("shows the VRM with its usual space and leaves out images that there are not", () => {
    const card = cardOf(sampleHit(1, NOW, { vrm: "AB12CDE", images: ["overview"] }));
    expect(card.vrm).toBe("AB12 CDE");
    expect([card.patch, card.overview]).toEqual(["", "/v1/hits/1/images/overview"]);
  });
});

describe("the order of the board", () => {
  it("is priority, then the newest capture", () => {
    const cards = [
      sampleHit(1, NOW, { priority: "low" }),
      sampleHit(2, NOW - 9_000, { priority: "high" }),
      sampleHit(3, NOW - 1_000, { priority: "high" }),
      sampleHit(4, NOW - 1_000, { priority: "medium" }),
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

describe("the hits on the board", () => {
  it("are bounded, the most urgent kept, and say that there are more", async () => {
    const hits = Array.from({ length: 500 }, (_, n) => sampleHit(n + 1, NOW - n));
    const list = async (
      _asker: SignedIn,
      filter: { priority?: string | undefined },
      { limit }: { limit: number },
    ) => {
      const found = hits.filter(({ priority }) => priority === filter.priority);
      return { items: found.slice(0, limit), next: found.length > limit ? "1" : null };
    };
    const open = await openHits({ list }, asker);
    expect(open.hits).toHaveLength(BOARD_LIMIT);
    expect(open.more).toBe(true);
    expect(open.hits.filter(({ priority }) => priority === "low")).toHaveLength(0);
    const view = boardView(asker, open, { theme: "day", now: NOW, notice: "" });
    expect(view.after).toBe(String(Math.max(...open.hits.map(({ id }) => Number(id)))));
  });

  it("tell those who may not acknowledge why not", () => {
    const view = boardView(
      { ...asker, roles: ["analyst"] },
      { hits: [], more: false },
      { theme: "day", now: NOW, notice: "" },
    );
    expect(view.whyNot).toContain("operator and listmanager");
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
