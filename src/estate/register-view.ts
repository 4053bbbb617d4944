import type { Caller } from "../identity/caller.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import type { Nrd } from "../read/nrd.ts";
import type { Area } from "../read/position.ts";
import type { EstateIndex } from "./estate-index.ts";

/** The register as one asker knows it. */
export interface SeenRegister {
  byId(id: number): Nrd | undefined;
  /** Ids of the NRDs on a piece of ground, whatever their state. */
  withinArea(area: Area): readonly number[];
}

export interface MayKnowParts {
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Whether somebody may know that there is an NRD: a covert one is known to those who may see its reads. A certificate binds the
 * use of reads; that there is an NRD is no secret.
 */
export function mayKnowNrd(
  { type, organisation }: Pick<Nrd, "type" | "organisation">,
  { policy, now }: MayKnowParts,
  asker: Caller,
): boolean {
  if (type !== "covert") return true;
  return policy.engine.mayKnowOf(asker, { id: 0, organisation, covert: true, certificate: false }, now());
}

/**
 * What is checked and what is answered looks at one register: what somebody may not know of is not there for them, by number, on a
 * piece of ground, or as one too many (INV-4).
 */
export const registerSeenBy =
  (nrds: Pick<EstateIndex, "byId" | "withinArea">, parts: MayKnowParts) =>
  (asker: Caller): SeenRegister => {
    const byId = (id: number): Nrd | undefined => {
      const nrd = nrds.byId(id);
      return nrd !== undefined && mayKnowNrd(nrd, parts, asker) ? nrd : undefined;
    };
    return { byId, withinArea: (area) => nrds.withinArea(area).filter((id) => byId(id) !== undefined) };
  };
