import { isEverywhere } from "../../policy/scope.ts";
import type { DutyView } from "../../api/accounts/views.ts";
import { mayDo } from "../../policy/roles.ts";
import { paths } from "../paths.ts";
import { DUTY_ELSE, sayDuty } from "./account.ts";
import { sayTime } from "./london-time.ts";
import type { Caller } from "../../identity/caller.ts";

const HOUR_MS = 3_600_000;

/** How long there is, or how late it is: `in 3 days`, `2 hours late`. Times are epoch ms. */
export function sayLeft(due: number, now: number): string {
  const hours = Math.floor(Math.abs(due - now) / HOUR_MS);
  const [count, unit] = hours >= 48 ? [Math.floor(hours / 24), "day"] : [hours, "hour"];
  const time = count === 0 ? "less than an hour" : `${count} ${unit}${count === 1 ? "" : "s"}`;
  return due <= now ? `${time} late` : `in ${time}`;
}

const DOING = {
  review: { ask: "What the review found", button: "Permissions reviewed" },
  approve: { ask: "How you know that the person asked for it", button: "Approve the link" },
} as const;

/** A duty as the pages show it to somebody: what, until when, and where it is done. @param now epoch ms */
export const dutyLine = (duty: DutyView, asker: Caller, now: number) => ({
  id: duty.id,
  words: sayDuty(duty),
  otherwise: duty.overdue && duty.kind.startsWith("renew") ? "" : DUTY_ELSE[duty.kind],
  consequence: duty.overdue && duty.kind.startsWith("renew") ? DUTY_ELSE[duty.kind] : "",
  organisation: duty.account !== null && isEverywhere(asker.roles, "duty.see") ? duty.organisation.name : "",
  href: whereDone(duty, asker),
  due: sayTime(duty.due),
  left: sayLeft(Date.parse(duty.due), now),
  overdue: duty.overdue,
  mayDo: duty.mayDo,
  ...DOING[duty.kind === "approve-link" ? "approve" : "review"],
});

/** The page on which it is done; empty for whoever may not open it. */
function whereDone({ account, organisation }: DutyView, { roles }: Caller): string {
  if (account !== null) return mayDo(roles, "account.see") ? paths.accountOf(account.username) : "";
  return mayDo(roles, "organisation.see") ? paths.organisation(organisation.code) : "";
}
