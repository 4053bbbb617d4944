import { Problem } from "../../errors.ts";
import { mayDo } from "../../policy/roles.ts";
import type { Caller } from "../caller.ts";
import type { Suspicion, SuspicionDecision } from "./suspicion.ts";

export const SUSPICION_ACTS = ["lift", "uphold", "note"] as const;
export type SuspicionAct = (typeof SUSPICION_ACTS)[number];

/** What an act makes of a suspicion. */
export const DECISION_OF: Readonly<Record<SuspicionAct, SuspicionDecision>> = {
  lift: "lifted",
  uphold: "upheld",
  note: "noted",
};

type Decidable = Pick<Suspicion, "effect" | "decided" | "decision">;

/** What may be decided about a suspicion: a flag is noted; a suspension is lifted or upheld, and what was upheld may be lifted. */
export function fitting({ effect, decided, decision }: Decidable): readonly SuspicionAct[] {
  if (decided !== null) return decision === "upheld" ? ["lift"] : [];
  return effect === "flag" ? ["note"] : ["lift", "uphold"];
}

/** @throws Problem CONFLICT where a decision does not fit */
export function requireFitting(suspicion: Decidable, act: SuspicionAct): void {
  const fits = fitting(suspicion);
  if (fits.includes(act)) return;
  if (suspicion.decided !== null) throw decidedAlready();
  throw new Problem(
    "CONFLICT",
    suspicion.effect === "flag"
      ? "This only flags the account: record what you found."
      : "This suspended the account: lift or uphold the suspension.",
  );
}

export const decidedAlready = (): Problem => new Problem("CONFLICT", "Someone has already decided this.");

/** A suspicion as somebody sees it. */
export interface SuspicionSeen extends Suspicion {
  readonly mayDecide: boolean;
}

/** Nobody decides about an account that has ended; a suspicion of oneself is not even shown. */
export const seenBy = (suspicion: Suspicion, caller: Caller): SuspicionSeen => ({
  ...suspicion,
  mayDecide:
    fitting(suspicion).length > 0 &&
    suspicion.person.state !== "ended" &&
    mayDo(caller.roles, "suspension.lift"),
});
