import fastify from "fastify";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../errors.ts";
import { FeedSources } from "../../source/feed-sources.ts";
import { registerSource } from "../../source/secrets.ts";
import type { KnownSource, RegisteredSource } from "../../source/source.ts";
import type { KeptSource, SourceStore } from "../../source/source-store.ts";
import { feedSenders } from "./feed-senders.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const SENDER = {
  name: "bof2",
  organisation: 1,
  aggregator: false,
  positionUnit: "degrees",
  timeZone: "Europe/London",
  compoundReply: "array",
  nrd: null,
  protocol: "bof2",
  allowedNetworks: ["127.0.0.0/8"],
  byAddress: true,
  hasPathKey: false,
  agreement: null,
} as const;
const OWNER = {
  name: "A force",
  code: "a-force",
  state: "approved",
  policyUntil: null,
  hadPolicy: false,
} as const;

interface Asked {
  readonly trustProxy?: string[];
  readonly headers?: Record<string, string>;
  /** Presents the token of the first source. */
  readonly withToken?: boolean;
}

/** What a BOF2 request is answered: the name of the source, or the code of the refusal; and what was noted of it. */
async function arrive(registered: readonly Partial<RegisteredSource>[], request: Asked = {}) {
  const kept: KeptSource[] = [];
  const store: Pick<SourceStore, "add" | "all" | "onChange"> = {
    add: async (source, { token, pathKey }) => {
      const added = { enabled: true, owner: OWNER, ...source, id: kept.length + 1 };
      kept.push({ source: added, tokenHash: token, pathKeyHash: pathKey });
      return added as unknown as KnownSource;
    },
    all: async () => kept,
    onChange: async () => async () => {},
  };
  const sources = new FeedSources(store);
  const tokens: string[] = [];
  for (const differing of registered)
    tokens.push((await registerSource(store, { ...SENDER, ...differing })).token);
  await sources.refresh();
  const app = fastify({ trustProxy: request.trustProxy ?? false });
  const noted: unknown[] = [];
  const sourceOf = feedSenders({
    sources,
    now: () => NOW,
    noted: (source, address, problem) => void noted.push([source, address, problem?.code ?? null]),
  });
  app.get("/bof2/x", async (asked) => {
    try {
      return (await sourceOf(asked)).name;
    } catch (error) {
      return (error as Problem).code;
    }
  });
  const bearer = request.withToken === true ? { authorization: `Bearer ${tokens[0]}` } : {};
  const reply = await app.inject({ url: "/bof2/x", headers: { ...request.headers, ...bearer } });
  return { said: reply.body, noted };
}
const whoSends = async (...asked: Parameters<typeof arrive>): Promise<string> =>
  (await arrive(...asked)).said;

describe("a BOF2 sender without a credential", () => {
  it("is the source that is known by its address", async () => expect(await whoSends([{}])).toBe("bof2"));

  it("is nobody where the ranges of a source only restrict it", async () =>
    expect(await whoSends([{ byAddress: false }])).toBe("FEED_TOKEN_INVALID"));

  it("is refused where two sources are known by its address", async () =>
    expect(await whoSends([{}, { name: "other" }])).toBe("NETWORK_REFUSED"));

  it("is the one that is switched on where the other is off, and told so where all are", async () => {
    expect(await whoSends([{ enabled: false }, { name: "other" }])).toBe("other");
    expect(await whoSends([{ enabled: false }, { name: "other", enabled: false }])).toBe(
      "SOURCE_SWITCHED_OFF",
    );
  });

  const headers = { "x-forwarded-for": "10.1.2.3" };
  it("is nobody behind a proxy that is not trusted", async () => {
    expect(await whoSends([{}], { headers })).toBe("FEED_TOKEN_INVALID");
    expect(await whoSends([{}], { headers, trustProxy: ["192.0.2.1"] })).toBe("FEED_TOKEN_INVALID");
  });

  it("is known by its own address behind a trusted proxy", async () => {
    const trustProxy = ["127.0.0.1"];
    expect(await whoSends([{}], { headers, trustProxy })).toBe("FEED_TOKEN_INVALID");
    expect(await whoSends([{ allowedNetworks: ["10.0.0.0/8"] }], { headers, trustProxy })).toBe("bof2");
  });
});

describe("a message whose source is known (READ-7)", () => {
  const withToken = true;
  it("is noted with its address, let in or turned away", async () => {
    expect(await arrive([{}], { withToken })).toEqual({ said: "bof2", noted: [[1, "127.0.0.1", null]] });
    const off = await arrive([{ enabled: false }], { withToken });
    expect(off).toEqual({
      said: "SOURCE_SWITCHED_OFF",
      noted: [[1, "127.0.0.1", "SOURCE_SWITCHED_OFF"]],
    });
  });

  it("is told of its networks first: nothing else is said to an address it may not come from", async () => {
    const away = { enabled: false, allowedNetworks: ["10.0.0.0/8"] };
    expect(await whoSends([away], { withToken })).toBe("NETWORK_REFUSED");
  });

  it("is turned away with a code of its own where its organisation or agreement does not hold", async () => {
    expect(await whoSends([{ owner: { ...OWNER, state: "suspended" } }], { withToken })).toBe(
      "ORGANISATION_NOT_APPROVED",
    );
    expect(await whoSends([{ aggregator: true }], { withToken })).toBe("AGREEMENT_NOT_IN_FORCE");
  });
});
