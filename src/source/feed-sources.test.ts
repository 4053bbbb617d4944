import { describe, expect, it } from "vitest";
import type { Problem } from "../errors.ts";
import { FeedSources } from "./feed-sources.ts";
import { secretHash } from "./secrets.ts";
import type { RegisteredSource } from "./source.ts";
import type { KeptSource } from "./source-store.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const kept = (token: string, differing: Partial<RegisteredSource> = {}): KeptSource => ({
  source: {
    id: 1,
    name: "Gantry",
    organisation: 1,
    aggregator: false,
    positionUnit: "degrees",
    timeZone: "Europe/London",
    compoundReply: "array",
    nrd: null,
    protocol: "native",
    allowedNetworks: [],
    byAddress: false,
    enabled: true,
    agreement: null,
    owner: { name: "A force", code: "a-force", state: "approved", policyUntil: null, hadPolicy: false },
    ...differing,
  },
  tokenHash: secretHash(token),
  pathKeyHash: null,
});

/** Sources in memory over a store whose answers a test gives one by one. */
async function following(first: readonly KeptSource[]) {
  let all = async (): Promise<readonly KeptSource[]> => first;
  const sources = new FeedSources({ all: () => all(), onChange: async () => async () => {} });
  await sources.refresh();
  const now = async (next: readonly KeptSource[]): Promise<void> => {
    all = async () => next;
    await sources.refresh();
  };
  return { sources, now, answer: (by: typeof all) => void (all = by) };
}

const refusal = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Problem).code;
  }
};

describe("sources in memory", () => {
  it("hold a stream that is under way to what holds now (READ-7)", async () => {
    const { sources, now } = await following([kept("one")]);
    const source = sources.byToken("one") as RegisteredSource;
    const judged = (): string | undefined => refusal(() => sources.requireOpen(source, NOON));
    expect(judged()).toBeUndefined();
    await now([kept("one", { name: "Renamed" })]);
    expect(judged()).toBeUndefined();
    await now([kept("one", { allowedNetworks: ["192.0.2.0/24"] })]);
    expect(judged()).toBe("NETWORK_REFUSED");
    await now([kept("one", { enabled: false })]);
    expect(judged()).toBe("SOURCE_SWITCHED_OFF");
    await now([kept("two")]);
    expect(judged()).toBe("FEED_TOKEN_INVALID");
    await now([]);
    expect(judged()).toBe("FEED_TOKEN_INVALID");
  });

  it("know one that is switched off by its token, so that it is told so, and by its id no more", async () => {
    const { sources } = await following([kept("one", { enabled: false })]);
    expect(sources.byToken("one")?.name).toBe("Gantry");
    expect(sources.byId(1)).toBeUndefined();
  });

  it("never let an older answer of the store come over a newer one", async () => {
    const { sources, answer } = await following([kept("one")]);
    const slow = Promise.withResolvers<readonly KeptSource[]>();
    answer(() => slow.promise);
    const first = sources.refresh();
    answer(async () => [kept("one", { enabled: false })]);
    const second = sources.refresh();
    slow.resolve([kept("one")]);
    await Promise.all([first, second]);
    expect(sources.byToken("one")?.enabled).toBe(false);
  });
});
