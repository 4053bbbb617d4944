import type { RegisteredNrd } from "../../../../estate/registered-nrd.ts";
import { NRD_STATES, type NrdState } from "../../../../read/nrd.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoad } from "../../../words/road.ts";
import type { Page } from "../../../../flow/page.ts";

/** The tag colours of states, from the component's palette. */
export const STATE_TAGS: Readonly<Record<NrdState, string>> = {
  proposed: "govuk-tag--blue",
  live: "govuk-tag--green",
  suspended: "govuk-tag--yellow",
  faulty: "govuk-tag--red",
  decommissioned: "govuk-tag--grey",
};

export const isNrdState = (state: unknown): state is NrdState => NRD_STATES.some((known) => known === state);

/** The register, searched and filtered. */
export function nrdsView(page: Page<RegisteredNrd>, search: string, state: string, paged: boolean) {
  return {
    pageTitle: "Cameras",
    search,
    states: [
      { value: "", text: "Any state", selected: state === "" },
      ...NRD_STATES.map((value) => ({ value, text: value, selected: value === state })),
    ],
    numbered: /^[1-9]\d{0,8}$/.test(search) ? paths.nrd(Number(search)) : "",
    nrds: page.items.map((nrd) => ({
      ...nrd,
      href: paths.nrd(nrd.id),
      roadWords: sayRoad(nrd),
      tag: STATE_TAGS[nrd.state],
      stateSince: sayTime(nrd.stateSince.getTime()),
    })),
    next: page.next === null ? "" : paths.nrds({ search, state, cursor: page.next }),
    start: paged ? paths.nrds({ search, state }) : "",
  };
}
