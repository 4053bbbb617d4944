import type { EstateIndex } from "./estate-index.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import type { TaggedReader } from "../policy/facts.ts";
import type { Caller } from "../identity/caller.ts";

/** Which readers whose reads are not for everybody somebody may know of: their hits, and what was set apart of them (INV-4). */
export class NrdAccess {
  readonly #policy: { readonly engine: PolicyEngine };
  readonly #nrds: Pick<EstateIndex, "tagged" | "taggedReader">;
  readonly #now: () => number;

  constructor(
    policy: { readonly engine: PolicyEngine },
    nrds: Pick<EstateIndex, "tagged" | "taggedReader">,
    now: () => number,
  ) {
    this.#policy = policy;
    this.#nrds = nrds;
    this.#now = now;
  }

  /** Whether somebody may know what an NRD gives. */
  covers(asker: Caller, nrd: number): boolean {
    const tag = this.#nrds.taggedReader(nrd);
    return tag === null || this.#mayKnowOf(asker, tag);
  }

  /** Ids of the NRDs of which somebody may know nothing. */
  withheldFrom(asker: Caller): readonly number[] {
    const decided = new Map<string, boolean>();
    const hidden = this.#nrds.tagged().filter((reader) => {
      const kind = `${reader.organisation} ${reader.covert} ${reader.certificate}`;
      const may = decided.get(kind) ?? this.#mayKnowOf(asker, reader);
      decided.set(kind, may);
      return !may;
    });
    return hidden.map(({ id }) => id);
  }

  #mayKnowOf(asker: Caller, reader: TaggedReader): boolean {
    return this.#policy.engine.mayKnowOf(asker, reader, this.#now());
  }
}
