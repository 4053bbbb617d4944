import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import type { Purpose } from "../policy/purpose.ts";
import type { Hit } from "./hit.ts";

const HOUR_MS = 3_600_000;

/** Why somebody looks at hits that are no longer in hand (INV-7); what was not said is absent. */
export interface Grounds {
  readonly purpose?: Purpose | undefined;
  readonly reason?: string | undefined;
}

/** Whether anything was said. */
export const areGiven = ({ purpose, reason }: Grounds): boolean =>
  purpose !== undefined || (reason ?? "") !== "";

/** Hits that were captured, or closed, before this moment (epoch ms) are in hand only while nobody has closed them. */
export const inHandSince = (now: number, { access }: Pick<PolicyNumbers, "access">): number =>
  now - access.hitsInHandHours * HOUR_MS;

/** Whether answering a hit is why it is looked at: it waits for an answer, or had one lately. @param since epoch ms */
export const isInHand = (
  { state, captured, disposition }: Pick<Hit, "state" | "captured" | "disposition">,
  since: number,
): boolean => state !== "closed" || captured.getTime() >= since || (disposition?.at.getTime() ?? 0) >= since;
