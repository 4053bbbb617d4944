import { GroupCommit } from "../flow/group-commit.ts";
import type { NewHit } from "./hit.ts";
import type { HitStore } from "./hit-store.ts";

/** Writes hits in groups and wakes the outbox as soon as each group is durable. */
export class HitRaiser {
  readonly #commit: GroupCommit<NewHit, void>;

  constructor(store: Pick<HitStore, "raise" | "tellOfOtherPlaces">, raised: () => void) {
    this.#commit = new GroupCommit<NewHit, void>(async (hits) => {
      await store.raise(hits);
      raised();
      await store.tellOfOtherPlaces(hits);
      return hits.map(() => undefined);
    });
  }

  /** Resolves when the hit is durable. */
  raise(hit: NewHit): Promise<void> {
    return this.#commit.add(hit);
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    return this.#commit.idle();
  }
}
