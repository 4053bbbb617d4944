import type { Role } from "./roles.ts";

/** What decisions look at besides the roles (ACC-7). Dates are `YYYY-MM-DD`. */
export interface Standing {
  /** Of the policy pack's ranks; null for staff without one. */
  readonly rank: string | null;
  readonly vetting: string;
  readonly trainedOn: string | null;
  /** May see reads of covert NRDs of the own organisation. */
  readonly covert: boolean;
  readonly organisationState: "approved" | "suspended" | "withdrawn";
  /** Until when the organisation's written policy holds; null when it has none (ACC-1). */
  readonly organisationPolicyUntil: string | null;
}

/** Whoever is decided about, in the word of Cedar: as much of a Caller as sentences look at. */
export interface Principal {
  /** Person id. */
  readonly person: number;
  readonly organisation: { readonly id: number };
  readonly roles: readonly Role[];
  readonly standing: Standing;
}
