import { PolicyEngine } from "./engine.ts";
import { putNoPlateWordsInForce } from "../read/no-plate-words.ts";
import { putImpossibleKmhInForce } from "../read/two-places.ts";
import { putInForce } from "./roles.ts";
import type { PolicyPack } from "./policy-pack.ts";

/** The policy in force now. Whoever decides asks for it each time: another pack may have taken over. */
export class PolicyInForce {
  #engine: PolicyEngine;

  constructor(pack: PolicyPack) {
    this.#engine = new PolicyEngine(pack);
    hold(this.#engine);
  }

  get engine(): PolicyEngine {
    return this.#engine;
  }

  get pack(): PolicyPack {
    return this.#engine.pack;
  }

  /** Everything is decided by this pack from now on. @throws Error, and changes nothing, when it cannot be applied */
  change(pack: PolicyPack): void {
    const engine = new PolicyEngine(pack);
    this.#engine = engine;
    hold(engine);
  }
}

/** Holds the whole process to a pack. */
function hold({ permissions, pack }: PolicyEngine): void {
  putInForce(permissions);
  putNoPlateWordsInForce(pack.reading.noPlateWords);
  putImpossibleKmhInForce(pack.hits.impossibleKmh);
}
