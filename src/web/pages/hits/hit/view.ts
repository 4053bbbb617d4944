import type { Hit } from "../../../../hit/hit.ts";
import type { Grounds } from "../../../../hit/in-hand.ts";
import {
  HIT_OUTCOMES,
  VERIFICATIONS,
  type HitOutcome,
  HIT_STEPS,
  type HitState,
  type HitStep,
  type Verification,
} from "../../../../hit/life.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { displayVrm } from "../../../../read/vrm-class.ts";
import { formWith, type Form } from "../../../form.ts";
import type { Outline } from "../../../map/outline.ts";
import { siteMap } from "../../../map/site-map.ts";
import { paths, withQuery } from "../../../paths.ts";
import { sayAge } from "../../../words/age.ts";
import { sayCertainty } from "../../../words/certainty.ts";
import { saySince } from "../../../words/entry-since.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import { sayRoad } from "../../../words/road.ts";
import { sayElsewhere } from "../../../words/two-places.ts";
import { compareVehicles } from "../../../words/vehicle.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type HitField = "result" | "outcome" | "note";
export const EMPTY_HIT_FORM = formWith<HitField>({ result: "", outcome: "", note: "" }, []);

const VERIFICATION_WORDS: Readonly<Record<Verification, string>> = {
  confirmed: "Confirmed: the plate matches, and so does the vehicle",
  misread: "Misread: the plate says something else",
  cloned: "Cloned: the plate matches, but may be on the wrong vehicle",
  unclear: "Unclear: the images do not show enough",
  "no-image-seen": "No image seen: nothing shows the plate or the vehicle",
};

const OUTCOME_WORDS: Readonly<Record<HitOutcome, string>> = {
  interception: "Interception: the vehicle was stopped",
  arrest: "Arrest",
  seizure: "Seizure of the vehicle or goods",
  "no-action": "No action",
};

const STATE_WORDS: Readonly<Record<HitState, string>> = {
  new: "Not acknowledged",
  acknowledged: "Acknowledged",
  verified: "Verified",
  closed: "Closed",
};

export interface HitViewParts {
  readonly hit: Hit;
  /** Why it is looked at, where it is no longer in hand. */
  readonly grounds: Grounds;
  readonly caller: Caller;
  readonly outline: Outline;
  readonly now: number;
  /** Ids of the hits before and after this one on the board. */
  readonly neighbours: { readonly previous: string | null; readonly next: string | null };
  readonly form?: Form<HitField>;
  /** What stopped the last act, in words. */
  readonly conflict?: string;
}

/** What the hit page says. The plate and the vehicle come first: a hit is a lead, not a ground. */
export function hitView({
  hit,
  grounds,
  caller,
  outline,
  now,
  neighbours,
  form = EMPTY_HIT_FORM,
  conflict = "",
}: HitViewParts) {
  const id = String(hit.id);
  const captured = sayTime(hit.captured.getTime());
  const vrm = displayVrm(hit.vrm);
  const mayAct = mayDo(caller.roles, "hit.act");
  const done = (step: HitStep | null) => step && { by: step.by.username, at: sayTime(step.at.getTime()) };
  const may = (step: keyof typeof HIT_STEPS): boolean => HIT_STEPS[step].from.includes(hit.state);
  const secondLook =
    may("disposition") &&
    hit.verified?.result === "no-image-seen" &&
    hit.verified.by.id === caller.person &&
    hit.images.length === 0;
  return {
    pageTitle: `Hit on ${vrm}`,
    hasErrors: form.summary.length > 0,
    hit,
    vrm,
    sentDiffers: hit.sent.toUpperCase() !== hit.vrm && hit.sent.toUpperCase() !== vrm,
    captured,
    received: sayTime(hit.received.getTime()),
    road: sayRoad(hit.nrd),
    readHref: paths.read(hit.readId),
    age: sayAge(now - hit.captured.getTime()),
    capturedEpoch: hit.captured.getTime(),
    state: STATE_WORDS[hit.state],
    certainty: sayCertainty(hit.confidence),
    compared: compareVehicles(hit.expected, hit.seen),
    elsewhere: sayElsewhere(hit.captured, hit.elsewhere),
    elsewhereHref: hit.elsewhere === null ? "" : paths.hit(String(hit.elsewhere.hit)),
    since: saySince(hit.entry.since),
    entryAge: sayAge(now - hit.entry.created.getTime()),
    entryCreated: sayTime(hit.entry.created.getTime()),
    patch: hit.images.includes("patch") ? withQuery(paths.hitImage(id, "patch"), { ...grounds }) : "",
    overview: hit.images.includes("overview")
      ? withQuery(paths.hitImage(id, "overview"), { ...grounds })
      : "",
    map: siteMap(
      outline,
      [{ ...hit.position, name: hit.nrd.name, weight: 1 }],
      `Where it was seen: ${hit.nrd.name}`,
    ),
    previous: neighbours.previous === null ? "" : paths.hit(neighbours.previous),
    next: neighbours.next === null ? "" : paths.hit(neighbours.next),
    acknowledged: done(hit.acknowledged),
    verified: hit.verified && { ...done(hit.verified), result: hit.verified.result },
    disposition: hit.disposition && {
      ...done(hit.disposition),
      outcome: OUTCOME_WORDS[hit.disposition.outcome],
      note: hit.disposition.note,
    },
    mayAct,
    whyNot: mayAct
      ? ""
      : `Acting on hits is for ${sayRoles(rolesThatMay("hit.act"))}; you have ${sayRoles(caller.roles)}.`,
    needsAcknowledging: may("acknowledge"),
    canVerify: may("verify"),
    canClose: may("disposition") && !secondLook,
    closingNeeds: secondLook
      ? "You said that no image was seen. A second person looks at it and closes it: nobody should act on a plate that nobody has seen."
      : hit.state === "new" || hit.state === "acknowledged"
        ? "You can close a hit once it has been acknowledged and verified: nobody should act on a plate they have not looked at."
        : "",
    verifications: VERIFICATIONS.filter(
      (value) => (value === "no-image-seen") === (hit.images.length === 0),
    ).map((value) => ({
      value,
      text: VERIFICATION_WORDS[value],
      checked: form.values.result === value,
    })),
    outcomes: [
      { value: "", text: "Select an outcome" },
      ...HIT_OUTCOMES.map((value) => ({ value, text: OUTCOME_WORDS[value] })),
    ].map((item) => ({
      ...item,
      selected: item.value === form.values.outcome,
    })),
    form,
    conflict,
  };
}
