import type { NamedStateChange } from "../../../../estate/nrds.ts";
import type { RegisteredNrd } from "../../../../estate/registered-nrd.ts";
import { actionsFrom, type NrdAction } from "../../../../estate/nrd-actions.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import type { Outline } from "../../../map/outline.ts";
import { siteMap } from "../../../map/site-map.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayDirection } from "../../../words/road.ts";
import { sayRoles } from "../../../words/roles.ts";
import { STATE_TAGS } from "../nrds/view.ts";
import { isClockFault, sayLost, type NrdLoss } from "../../../../estate/nrd-loss.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type NrdField = "act" | "reason";
export const EMPTY_NRD_FORM = formWith<NrdField>({ act: "", reason: "" }, []);

const ACTION_WORDS: Readonly<Record<NrdAction, string>> = {
  "go-live": "Go live: it begins to collect",
  suspend: "Suspend: it stops collecting for now",
  resume: "Resume: it collects again",
  "report-faulty": "Report faulty: it stops collecting until it is mended",
  decommission: "Decommission: it stops collecting for ever",
};

export interface NrdViewParts {
  readonly nrd: RegisteredNrd;
  /** What the organisation that runs it is called. */
  readonly owner: string;
  readonly history: readonly NamedStateChange[];
  readonly losses: readonly NrdLoss[];
  readonly caller: Caller;
  readonly outline: Outline;
  readonly form?: Form<NrdField>;
  readonly conflict?: string;
}

const lossLine = (loss: NrdLoss) => ({
  code: loss.code,
  words: sayLost(loss),
  why: LOSS_WORDS[loss.code] ?? "refused",
  since: sayTime(loss.since),
  last: sayTime(loss.last),
});

/** Why reads are lost, as a camera manager may act on it. */
const LOSS_WORDS: Readonly<Record<string, string>> = {
  CAPTURED_BEYOND_RETENTION: "refused: older than may be kept, so its clock is wrong or it sends a backlog",
  CAPTURED_INVALID: "refused: the capture time cannot be read or cannot be true",
  CLOCK_SKEW: "set aside: captured after they were received, so its clock is ahead",
  VRM_INVALID: "refused: what it sends as the number plate cannot be one",
  POSITION_MISMATCH: "set aside: it reports from elsewhere than it is registered",
  NRD_NOT_COLLECTING: "set aside: it sends although it does not collect",
  NRD_OTHER_ORGANISATION: "set aside: another organisation's source sends for it",
  NOT_STORABLE: "refused: the store could not take what they say",
};

/** One NRD: what it is, where, its life so far, and what may be done with it now. */
export function nrdView({
  nrd,
  owner,
  history,
  losses,
  caller,
  outline,
  form = EMPTY_NRD_FORM,
  conflict = "",
}: NrdViewParts) {
  return {
    pageTitle: nrd.name,
    hasErrors: form.summary.length > 0,
    nrd,
    owner,
    tag: STATE_TAGS[nrd.state],
    direction: sayDirection(nrd.direction),
    dailyReads: nrd.dailyReads?.toLocaleString("en-GB") ?? "",
    stateSince: sayTime(nrd.stateSince.getTime()),
    map: siteMap(outline, [{ ...nrd.position, name: nrd.name, weight: 1 }], `Where ${nrd.name} is`),
    clockFaults: losses.filter(isClockFault).map(lossLine),
    losses: losses.map(lossLine),
    history: history.map((line) => ({
      ...line,
      at: sayTime(line.at.getTime()),
      by: line.by ?? "the service",
    })),
    acts: actionsFrom(nrd.state).map((action) => ({
      value: action,
      text: ACTION_WORDS[action],
      checked: form.values.act === action,
    })),
    whyNot: whyNot(nrd, owner, caller),
    form,
    conflict,
  };
}

/** Why somebody cannot change its state, whatever that is; empty where they can. */
function whyNot({ organisation }: RegisteredNrd, owner: string, caller: Caller): string {
  if (!mayDo(caller.roles, "estate.manage"))
    return `Changing its state is for ${sayRoles(rolesThatMay("estate.manage"))}; you have ${sayRoles(caller.roles)}.`;
  return organisation === caller.organisation.id
    ? ""
    : `${owner} runs this camera and alone changes its state.`;
}
