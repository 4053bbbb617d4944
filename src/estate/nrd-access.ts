import type { EstateIndex } from "./estate-index.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import type { TaggedNrd } from "../policy/facts.ts";
import type { Caller } from "../identity/caller.ts";

/** Which NRDs whose reads are not for everybody somebody may know of: their hits, and what was set apart of them (INV-4). */
export class NrdAccess {
  readonly #policy: { readonly engine: PolicyEngine };
  readonly #nrds: Pick<EstateIndex, "tagged" | "taggedNrd">;
  readonly #now: () => number;

  constructor(
    policy: { readonly engine: PolicyEngine },
    nrds: Pick<EstateIndex, "tagged" | "taggedNrd">,
    now: () => number,
  ) {
    this.#policy = policy;
    this.#nrds = nrds;
    this.#now = now;
  }

  /** Whether somebody may know what an NRD gives. */
  covers(asker: Caller, nrd: number): boolean {
    const tag = this.#nrds.taggedNrd(nrd);
    return tag === null || this.#mayKnowOf(asker, tag);
  }

  /** Ids of the NRDs of which somebody may know nothing. */
  withheldFrom(asker: Caller): readonly number[] {
    const decided = new Map<string, boolean>();
    const hidden = this.#nrds.tagged().filter((nrd) => {
      const kind = `${nrd.organisation} ${nrd.covert} ${nrd.certificate}`;
      const may = decided.get(kind) ?? this.#mayKnowOf(asker, nrd);
      decided.set(kind, may);
      return !may;
    });
    return hidden.map(({ id }) => id);
  }

  #mayKnowOf(asker: Caller, nrd: TaggedNrd): boolean {
    return this.#policy.engine.mayKnowOf(asker, nrd, this.#now());
  }
}
