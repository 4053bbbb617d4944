import { AUTHORITY_STATES, type StandingAuthority } from "../../../../authority/authority-record.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { paths } from "../../../paths.ts";
import { sayLevel, sayScope, sayState, STATE_WORDS } from "../../../words/authority.ts";
import { sayTime, type SpokenTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";

/** A moment of which a list shows the day only: `22 Nov 2026`. */
function dayOf(at: number): SpokenTime & { readonly day: string } {
  const time = sayTime(at);
  return { ...time, day: time.short.replace(/ [\d:]+$/, "") };
}

/** The list of authorities. @param now epoch ms */
export function authoritiesView(parts: {
  page: Page<StandingAuthority>;
  caller: Caller;
  state: string;
  mine: boolean;
  paged: boolean;
  now: number;
}) {
  const { page, caller, state, mine, paged, now } = parts;
  const query = { state, mine: mine ? "yes" : "" };
  const mayAsk = mayDo(caller.roles, "authority.request");
  const mayDecide = mayDo(caller.roles, "authority.decide");
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
      organisation: one.organisation === caller.organisation.id ? "" : one.organisationName,
      level: sayLevel(one.level),
      vehicles: sayScope(one.scope).vehicles,
      places: one.scope.nrds === null && one.scope.area === null ? "" : sayScope(one.scope).places,
      asker: one.asked?.by.fullName ?? "",
      askedAt: one.asked && dayOf(one.asked.at),
      until: dayOf(one.until),
      confirmBy:
        one.state === "approved" && one.confirmBy !== null && one.confirmedAt === null
          ? sayTime(one.confirmBy)
          : null,
      state: sayState(one, now),
    })),
    next: page.next === null ? "" : paths.authorities({ ...query, cursor: page.next }),
    start: paged ? paths.authorities(query) : "",
  };
}
