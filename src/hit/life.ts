import { Problem } from "../errors.ts";

/** How a person judged the plate patch and the overview (VOI-8). */
export const VERIFICATIONS = ["confirmed", "misread", "cloned", "unclear", "no-image-seen"] as const;
export type Verification = (typeof VERIFICATIONS)[number];

/** How a hit ended (VOI-9). */
export const HIT_OUTCOMES = ["interception", "arrest", "seizure", "no-action"] as const;
export type HitOutcome = (typeof HIT_OUTCOMES)[number];

/**
 * The life of a hit: new → acknowledged → verified → closed. It is verified before anyone may close it, because nobody acts
 * on a plate they have not looked at (VOI-8); a verification may be corrected until it is closed.
 */
export const HIT_STATES = ["new", "acknowledged", "verified", "closed"] as const;
export type HitState = (typeof HIT_STATES)[number];

/** One step that was taken. */
export interface HitStep {
  readonly by: { readonly id: number; readonly username: string };
  readonly at: Date;
}

/** What somebody makes of a hit. */
export type HitAnswer =
  | { readonly step: "acknowledge" }
  | { readonly step: "verify"; readonly result: Verification }
  | { readonly step: "disposition"; readonly outcome: HitOutcome; readonly note: string };

/** From which states each step may be taken, and the state it leads to. */
export const HIT_STEPS: Readonly<
  Record<HitAnswer["step"], { readonly from: readonly HitState[]; readonly to: HitState }>
> = {
  acknowledge: { from: ["new"], to: "acknowledged" },
  verify: { from: ["acknowledged", "verified"], to: "verified" },
  disposition: { from: ["verified"], to: "closed" },
};

/**
 * How a hit ends, as it will be recorded.
 * @throws Problem INPUT_INVALID for no action without a note that says why
 */
export function dispositionOf(
  outcome: HitOutcome,
  note: string,
): Extract<HitAnswer, { outcome: HitOutcome }> {
  const said = note.trim();
  if (outcome === "no-action" && said === "") {
    const errors = [{ path: "note", code: "NOTE_MISSING", message: "Say why no action was taken." }];
    throw new Problem("INPUT_INVALID", "No action needs a note that says why.", { errors });
  }
  return { step: "disposition", outcome, note: said };
}

/**
 * What nobody has seen is not confirmed (VOI-8): of a hit without an image that is said, and a second person looks before it is
 * closed. What has images is judged by them.
 * @throws Problem INPUT_INVALID for what the images cannot have shown, NOT_AUTHORISED where the second look is missing
 */
export function requireLooked(
  {
    images,
    verified,
  }: {
    readonly images: readonly unknown[];
    readonly verified: (Pick<HitStep, "by"> & { readonly result: Verification }) | null;
  },
  answer: HitAnswer,
  person: number,
): void {
  const without = images.length === 0;
  if (answer.step === "verify" && (answer.result === "no-image-seen") !== without) {
    const message = without
      ? "There is no image of this hit: nothing shows the plate. Say that no image was seen."
      : "There is an image of this hit. Look at it, and say what it shows.";
    const errors = [{ path: "result", code: without ? "NO_IMAGE" : "IMAGE_THERE", message }];
    throw new Problem("INPUT_INVALID", message, { errors });
  }
  if (answer.step !== "disposition" || verified?.result !== "no-image-seen") return;
  if (!without)
    throw new Problem("CONFLICT", "An image has come since. Look at it and verify the hit again.");
  if (verified.by.id === person)
    throw new Problem(
      "NOT_AUTHORISED",
      "Nobody has seen an image of this: a second person looks and closes it.",
      {
        extra: { rules: ["unseen-hits-take-a-second-look"], needed: ["Another person to close this hit."] },
      },
    );
}

/**
 * Why a step was not taken on a hit as it stands, for whoever wanted to take it.
 * @returns Problem CONFLICT; null where the same person had acknowledged it already, which is nothing to refuse
 */
export function refusalOf(
  {
    id,
    state,
    acknowledged,
  }: { readonly id: number; readonly state: HitState; readonly acknowledged: Pick<HitStep, "by"> | null },
  step: HitAnswer["step"],
  person: number,
): Problem | null {
  if (step === "acknowledge") {
    if (state === "acknowledged" && acknowledged?.by.id === person) return null;
    const who = acknowledged?.by.username ?? "somebody";
    return new Problem("CONFLICT", `Hit ${id} is ${state}; ${who} acknowledged it.`);
  }
  const rule =
    step === "verify"
      ? "it can be verified only after it is acknowledged and until it is closed."
      : "its outcome is recorded once, after it is verified.";
  return new Problem("CONFLICT", `Hit ${id} is ${state}; ${rule}`);
}
