import { sessionActs } from "../../audit/acts/session.ts";
import type { Audited } from "../../audit/audited.ts";
import type { Caller } from "../caller.ts";
import { networkMatcher } from "../network-matcher.ts";

const MINUTE_MS = 60_000;
/** How long a change of an organisation's networks may take to be noticed. */
const KEPT_MS = 5_000;
/** Refusals remembered, so that a scan fills neither the log nor the memory. */
const MOST_REMEMBERED = 10_000;

export interface OrganisationNetworksParts {
  /** CIDR ranges of an organisation; empty: any address. */
  readonly networksOf: (organisation: number) => Promise<readonly string[]>;
  readonly audited: Audited;
  readonly now: () => number;
}

/** From where an organisation's people may come (ACC-6). A range that is none lets nobody in. */
export class OrganisationNetworks {
  readonly #parts: OrganisationNetworksParts;
  readonly #known = new Map<number, { until: number; allows: Promise<(address: string) => boolean> }>();
  readonly #logged = new Map<string, number>();

  constructor(parts: OrganisationNetworksParts) {
    this.#parts = parts;
  }

  async allows(organisation: number, address: string): Promise<boolean> {
    const moment = this.#parts.now();
    const known = this.#known.get(organisation);
    if (known !== undefined && known.until > moment && known.until <= moment + KEPT_MS)
      return (await known.allows)(address);
    const allows = this.#parts.networksOf(organisation).then(matcherOf);
    this.#known.set(organisation, { until: moment + KEPT_MS, allows });
    allows.catch(() => this.#known.delete(organisation));
    return (await allows)(address);
  }

  /** Puts a refusal on record, at most once a minute for a person at an address. */
  async logRefusal(by: Pick<Caller, "person" | "actor">, address: string): Promise<void> {
    const moment = this.#parts.now();
    const key = `${by.person} ${address}`;
    const last = this.#logged.get(key);
    if (last !== undefined && moment - last < MINUTE_MS && moment >= last) return;
    if (this.#logged.size >= MOST_REMEMBERED) this.#logged.clear();
    this.#logged.set(key, moment);
    await this.#parts.audited.do(by.actor, sessionActs.refuseNetwork, { person: by.person, address });
  }
}

function matcherOf(ranges: readonly string[]): (address: string) => boolean {
  if (ranges.length === 0) return () => true;
  try {
    return networkMatcher(ranges);
  } catch {
    return () => false;
  }
}
