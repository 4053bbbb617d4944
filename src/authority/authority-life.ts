import { Problem } from "../errors.ts";
import { stateOf, type AuthorityRecord, type AuthorityState } from "./authority-record.ts";

/*
 * The life of an authority (INV-2).
 *
 *   requested ──approve──► approved ──its end──► ended
 *       │                   │  ▲  └─withdraw──► withdrawn
 *       │                   └──┘ extend: a new end; confirm: one given orally is confirmed in writing
 *       ├──refuse───► refused
 *       └──withdraw─► withdrawn
 *
 * One given orally begins its life approved; where nobody confirms it in writing in time, the service withdraws it.
 * Nothing leaves refused, withdrawn or ended.
 */
export const AUTHORITY_ACTS = ["approve", "refuse", "withdraw", "extend", "confirm"] as const;
export type AuthorityAct = (typeof AUTHORITY_ACTS)[number];

/** The states on record in which each may be done; what else it needs is asked beside it. */
const STATES_FOR: Readonly<Record<AuthorityAct, readonly AuthorityState[]>> = {
  approve: ["requested"],
  refuse: ["requested"],
  withdraw: ["requested", "approved"],
  extend: ["approved"],
  confirm: ["approved"],
};

/** The states on record that an act may begin from. */
export const statesFor = (act: AuthorityAct): readonly AuthorityState[] => STATES_FOR[act];

const PAST: Readonly<Record<AuthorityAct, string>> = {
  approve: "approved",
  refuse: "refused",
  withdraw: "withdrawn",
  extend: "extended",
  confirm: "confirmed",
};

/** Why an authority, as it stands, cannot be approved, refused and so on; null where it can. @param now epoch ms */
export function whyNotNow(
  act: AuthorityAct,
  authority: Pick<AuthorityRecord, "state" | "until" | "oral" | "confirmedAt">,
  now: number,
): string | null {
  const state = stateOf(authority, now);
  const fits = statesFor(act).includes(state);
  switch (act) {
    case "approve":
    case "refuse":
      return fits ? null : `It is ${state}; only a request can be ${PAST[act]}.`;
    case "withdraw":
      return fits ? null : `It is already ${state}.`;
    case "extend":
      return fits ? null : `It is ${state}; only an authority in force can be extended. Request a new one.`;
    case "confirm":
      if (!authority.oral) return "It was given in writing.";
      if (authority.confirmedAt !== null) return "It has already been confirmed.";
      // One whose end is over is confirmed all the same: what was done under it is then put right.
      return authority.state === "approved" ? null : `It is ${state}.`;
  }
}

/** @throws Problem CONFLICT where the authority, as it stands, does not allow the act */
export function requireNow(act: AuthorityAct, authority: AuthorityRecord, now: number): void {
  const why = whyNotNow(act, authority, now);
  if (why !== null) throw new Problem("CONFLICT", `${authority.reference} cannot be ${PAST[act]}. ${why}`);
}

/** Somebody else was quicker: what was seen of the authority is no longer so. */
export const overtaken = (act: AuthorityAct, reference: string): Problem =>
  new Problem(
    "CONFLICT",
    `${reference} was changed in the meantime, and was not ${PAST[act]}. Look at it again.`,
  );
