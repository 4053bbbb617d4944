import type { DutyView } from "../../api/people-views.ts";
import { paths } from "../paths.ts";
import { DUTY_ELSE, sayDuty } from "./account.ts";
import { sayTime } from "./london-time.ts";

const HOUR_MS = 3_600_000;

/** How long there is, or how late it is: `in 3 days`, `2 hours late`. Times are epoch ms. */
export function sayLeft(due: number, now: number): string {
  const hours = Math.floor(Math.abs(due - now) / HOUR_MS);
  const [count, unit] = hours >= 48 ? [Math.floor(hours / 24), "day"] : [hours, "hour"];
  const time = count === 0 ? "less than an hour" : `${count} ${unit}${count === 1 ? "" : "s"}`;
  return due <= now ? `${time} late` : `in ${time}`;
}

/** A duty as the pages show it: what, until when, and where it is done. */
export const dutyLine = (duty: DutyView, now: number) => ({
  id: duty.id,
  words: sayDuty(duty),
  otherwise: duty.overdue && duty.kind.startsWith("renew") ? "" : DUTY_ELSE[duty.kind],
  consequence: duty.overdue && duty.kind.startsWith("renew") ? DUTY_ELSE[duty.kind] : "",
  organisation: duty.organisation.name,
  href:
    duty.account === null
      ? paths.organisation(duty.organisation.code)
      : paths.accountOf(duty.account.username),
  due: sayTime(duty.due),
  left: sayLeft(Date.parse(duty.due), now),
  overdue: duty.overdue,
  review: duty.kind === "review-permissions",
});
