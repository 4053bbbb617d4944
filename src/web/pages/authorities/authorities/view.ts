import type { AuthorityView } from "../../../../api/authorities/port.ts";
import { AUTHORITY_STATES } from "../../../../authority/authority-record.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { paths } from "../../../paths.ts";
import { sayLevel, sayScope, sayState, STATE_WORDS } from "../../../words/authority.ts";
import { sayTime, type SpokenTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

/** A moment of which a list shows the day only: `22 Nov 2026`. */
function dayOf(at: string): SpokenTime & { readonly day: string } {
  const time = sayTime(at);
  return { ...time, day: time.short.replace(/ [\d:]+$/, "") };
}

/** The list of authorities. @param now epoch ms */
export function authoritiesView(parts: {
  page: Page<AuthorityView>;
  asker: Caller;
  state: string;
  mine: boolean;
  paged: boolean;
  now: number;
}) {
  const { page, asker, state, mine, paged, now } = parts;
  const query = { state, mine: mine ? "yes" : "" };
  const mayAsk = mayDo(asker.roles, "authority.request");
  const mayDecide = mayDo(asker.roles, "authority.decide");
  return {
    pageTitle: "Authorities",
    states: [
      { value: "", text: "Any state", selected: state === "" },
      ...AUTHORITY_STATES.map((value) => ({
        value,
        text: STATE_WORDS[value].text,
        selected: value === state,
      })),
    ],
    mine,
    filtered: state !== "" || mine,
    mayAsk,
    mayDecide,
    whyNotAsk: mayAsk ? "" : `Requesting one is for ${sayRoles(rolesThatMay("authority.request"))}.`,
    authorities: page.items.map((one) => ({
      href: paths.authority(one.id),
      reference: one.reference,
      organisation: one.organisation === asker.organisation.name ? "" : one.organisation,
      level: sayLevel(one.level),
      vehicles: sayScope(one.scope).vehicles,
      places: one.scope.nrds === null && one.scope.area === null ? "" : sayScope(one.scope).places,
      asker: one.asked?.by.name ?? "",
      askedAt: one.asked && dayOf(one.asked.at),
      until: dayOf(one.until),
      confirmBy:
        one.state === "approved" && one.oral?.confirmed === null ? sayTime(one.oral.confirmBy) : null,
      state: sayState(one, now),
    })),
    next: page.next === null ? "" : paths.authorities({ ...query, cursor: page.next }),
    start: paged ? paths.authorities(query) : "",
  };
}
