import fastify from "fastify";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../errors.ts";
import {
  FeedSources,
  registerSource,
  type FeedSourceStore,
  type KeptSource,
  type NewSource,
} from "../../ingest/feed-sources.ts";
import { feedSenders } from "./feed-senders.ts";

const SENDER: NewSource = {
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
};

/** What a BOF2 request without a credential is answered: the name of the source, or the code of the refusal. */
async function whoSends(
  registered: readonly Partial<NewSource>[],
  request: { trustProxy?: string[]; headers?: Record<string, string> } = {},
): Promise<string> {
  const kept: KeptSource[] = [];
  const store: FeedSourceStore = {
    add: async (source, { token, pathKey }) => {
      const added = { ...source, id: kept.length + 1, enabled: true };
      kept.push({ source: added, tokenHash: token, pathKeyHash: pathKey });
      return added;
    },
    setEnabled: async () => {},
    all: async () => kept,
    onChange: async () => async () => {},
  };
  const sources = new FeedSources(store);
  for (const differing of registered) await registerSource(store, { ...SENDER, ...differing });
  await sources.refresh();
  const app = fastify({ trustProxy: request.trustProxy ?? false });
  const sourceOf = feedSenders(sources);
  app.get("/bof2/x", async (asked) => {
    try {
      return (await sourceOf(asked)).name;
    } catch (error) {
      return (error as Problem).code;
    }
  });
  return (await app.inject({ url: "/bof2/x", headers: request.headers ?? {} })).body;
}

describe("a BOF2 sender without a credential", () => {
  it("is the source that is known by its address", async () => expect(await whoSends([{}])).toBe("bof2"));

  it("is nobody where the ranges of a source only restrict it", async () =>
    expect(await whoSends([{ byAddress: false }])).toBe("FEED_TOKEN_INVALID"));

  it("is refused where two sources are known by its address", async () =>
    expect(await whoSends([{}, { name: "other" }])).toBe("NETWORK_REFUSED"));

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
