import { EstateIndex } from "../estate/estate-index.ts";
import { HitOutbox } from "../hit/outbox.ts";
import { FeedSources } from "../source/feed-sources.ts";
import { ListFollower } from "../list/follower.ts";
import { MatchSet } from "../match/match-set.ts";
import type { Events } from "../observe/events.ts";
import type { Closing } from "./closing.ts";
import type { Stores } from "./stores.ts";

export interface FollowerParts {
  readonly stores: Stores;
  readonly events: Events;
  /** Hears of a part whose look at the store failed. */
  readonly failed: (part: string) => (error: unknown) => void;
  readonly closing: Closing;
}

/** What is kept in memory and follows the store: NRDs, feed sources, hits on their way out, and the match set. */
export async function openFollowers({ stores, events, failed, closing }: FollowerParts) {
  const nrds = new EstateIndex(stores.nrds);
  await nrds.start({ failed: failed("estate") });
  closing.add(() => nrds.stop());
  const feedSources = new FeedSources(stores.sources);
  await feedSources.start({ failed: failed("feed sources") });
  closing.add(() => feedSources.stop());
  const outbox = new HitOutbox(stores.hits, {
    failed: failed("hit outbox"),
    told: ({ id, list, priority, received }) =>
      events.hitRaised({ id: String(id), list: list.name, priority, received: received.getTime() }),
  });
  await outbox.start();
  closing.add(() => outbox.stop());
  const matchSet = new MatchSet({ expected: await entriesToExpect(stores) });
  const listFollower = new ListFollower(stores.listFeed, matchSet);
  await listFollower.start({ failed: failed("lists") });
  closing.add(() => listFollower.stop());
  return { nrds, feedSources, outbox, matchSet };
}

/** Room for the active entries and a quarter more, so that the match set does not grow while reads flow. */
async function entriesToExpect({ lists }: Stores): Promise<number> {
  const active = (await lists.all()).reduce((sum, { entries }) => sum + entries, 0);
  return Math.ceil(active * 1.25);
}
