import type { NrdAct } from "../../../../api/ports.ts";
import type { NrdView } from "../../../../api/views.ts";
import { actionsFrom, type NrdAction } from "../../../../estate/nrd-actions.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import type { Outline } from "../../../map/outline.ts";
import { siteMap } from "../../../map/site-map.ts";
import type { NrdHistoryLine } from "../../../ports.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayDirection } from "../../../words/road.ts";
import { sayRoles } from "../../../words/roles.ts";
import { STATE_TAGS } from "../nrds/view.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type NrdField = "act" | "reason";
export const EMPTY_NRD_FORM = formWith<NrdField>({ act: "", reason: "" }, []);

const ACTS: Readonly<Record<NrdAction, { readonly act: NrdAct; readonly words: string }>> = {
  goLive: { act: "go-live", words: "Go live: it begins to collect" },
  suspend: { act: "suspend", words: "Suspend: it stops collecting for now" },
  resume: { act: "resume", words: "Resume: it collects again" },
  reportFaulty: { act: "report-faulty", words: "Report faulty: it stops collecting until it is mended" },
  decommission: { act: "decommission", words: "Decommission: it stops collecting for ever" },
};

/** The acts that a form may name. */
export const NRD_ACT_NAMES: readonly NrdAct[] = Object.values(ACTS).map(({ act }) => act);

export interface NrdViewParts {
  readonly nrd: NrdView;
  readonly history: readonly NrdHistoryLine[];
  readonly asker: Caller;
  readonly outline: Outline;
  readonly form?: Form<NrdField>;
  readonly conflict?: string;
}

/** One NRD: what it is, where, its life so far, and what may be done with it now. */
export function nrdView({
  nrd,
  history,
  asker,
  outline,
  form = EMPTY_NRD_FORM,
  conflict = "",
}: NrdViewParts) {
  const mayManage = mayDo(asker.roles, "estate.manage");
  return {
    pageTitle: nrd.name,
    hasErrors: form.summary.length > 0,
    nrd,
    tag: STATE_TAGS[nrd.state],
    direction: sayDirection(nrd.direction),
    dailyReads: nrd.dailyReads?.toLocaleString("en-GB") ?? "",
    stateSince: sayTime(nrd.stateSince),
    map: siteMap(outline, [{ ...nrd.position, name: nrd.name, weight: 1 }], `Where ${nrd.name} is`),
    history: history.map((line) => ({ ...line, at: sayTime(line.at), by: line.by ?? "the service" })),
    acts: actionsFrom(nrd.state).map((action) => ({
      value: ACTS[action].act,
      text: ACTS[action].words,
      checked: form.values.act === ACTS[action].act,
    })),
    whyNot: mayManage
      ? ""
      : `Changing its state is for ${sayRoles(rolesThatMay("estate.manage"))}; you have ${sayRoles(asker.roles)}.`,
    form,
    conflict,
  };
}
