import type { Nrd } from "../read/nrd.ts";

/** An NRD as the register keeps it, with what only the register needs. */
export interface RegisteredNrd extends Nrd {
  /** Reads a day it is expected to give; null when nobody has said. */
  readonly dailyReads: number | null;
}

/** What is registered of an NRD; the register gives it an id. */
export type NewNrd = Omit<RegisteredNrd, "id" | "state" | "stateSince" | "certificate">;

/** One change of state, kept for ever (NAI-8). */
export interface NrdStateChange {
  readonly from: string;
  readonly to: string;
  readonly at: Date;
  /** Person id; null when the service itself did it. */
  readonly by: number | null;
  readonly reason: string;
}
