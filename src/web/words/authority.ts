import type { AuthorityState, StandingAuthority } from "../../authority/authority-record.ts";
import type { AuthorityScope } from "../../policy/facts.ts";
import { LEVEL_MEANINGS, PURPOSE_MEANINGS } from "../../policy/purpose.ts";
import { displayVrm } from "../../read/vrm-class.ts";
import { sayTime } from "./london-time.ts";

/** How an authority stands, in words, with the colour of its tag. */
export const STATE_WORDS: Readonly<Record<AuthorityState, { readonly text: string; readonly tag: string }>> =
  {
    requested: { text: "Waiting for a decision", tag: "govuk-tag--yellow" },
    approved: { text: "In force", tag: "govuk-tag--green" },
    ended: { text: "Ended", tag: "govuk-tag--grey" },
    refused: { text: "Refused", tag: "govuk-tag--red" },
    withdrawn: { text: "Withdrawn", tag: "govuk-tag--grey" },
  };

/** The state with what differs from it: not begun, or said and not yet confirmed. @param now epoch ms */
export function sayState(
  {
    state,
    from,
    confirmBy,
    confirmedAt,
  }: Pick<StandingAuthority, "state" | "from" | "confirmBy" | "confirmedAt">,
  now: number,
): { readonly text: string; readonly tag: string } {
  if (state === "approved" && confirmBy !== null && confirmedAt === null)
    return { text: "In force, unconfirmed", tag: "govuk-tag--orange" };
  if (state === "approved" && from > now) return { text: "Not begun", tag: "govuk-tag--blue" };
  return STATE_WORDS[state];
}

export const sayPurpose = (purpose: string): string =>
  PURPOSE_MEANINGS.find(({ name }) => name === purpose)?.title ?? purpose;

export const sayLevel = (level: string): string =>
  LEVEL_MEANINGS.find(({ name }) => name === level)?.title ?? level;

const joined = (items: readonly string[]): string => items.join(", ").replace(/, ([^,]*)$/, " and $1");
const coordinate = (degrees: number): string => degrees.toFixed(4).replace("-", "−");

/** What an authority is limited to, a line for vehicles, places and period each; every query keeps to all of them. */
export function sayScope({ vrms, nrds, area, from, to }: AuthorityScope): {
  readonly vehicles: string;
  readonly places: string;
  readonly period: string;
} {
  const places = [
    ...(nrds === null ? [] : [`${nrds.length === 1 ? "camera" : "cameras"} ${joined(nrds.map(String))}`]),
    ...(area === null ? [] : [sayArea(area)]),
  ];
  return {
    vehicles: sayVehicles(vrms),
    places: places.length === 0 ? "Any place" : `Only ${places.join(", and ")}`,
    period: sayPeriod(from, to),
  };
}

/** VRMs that retention has taken are forgotten here too (RET-1); none are left then. */
function sayVehicles(vrms: AuthorityScope["vrms"]): string {
  if (vrms === null) return "Any vehicle";
  return vrms.length === 0 ? "Vehicles that have been deleted" : `Only ${joined(vrms.map(displayVrm))}`;
}

function sayArea(area: NonNullable<AuthorityScope["area"]>): string {
  if (area.kind === "polygon") return `an area with ${area.ring.length} corners`;
  const { centre, radiusMetres } = area;
  return `within ${radiusMetres.toLocaleString("en-GB")} metres of ${coordinate(centre.lat)}, ${coordinate(centre.lon)}`;
}

function sayPeriod(from: number | null, to: number | null): string {
  if (from === null)
    return to === null
      ? "Reads from any time that the rules allow"
      : `Reads captured before ${sayTime(to).full}`;
  if (to === null) return `Reads captured from ${sayTime(from).full} onwards`;
  return `Reads captured from ${sayTime(from).full} to ${sayTime(to).full}`;
}
