import { isEverywhere } from "../../policy/scope.ts";
import type { TaskSeen } from "../../identity/tasks/seen-by.ts";
import { mayDo } from "../../policy/roles.ts";
import { paths } from "../paths.ts";
import { TASK_ELSE, sayTask } from "./account.ts";
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

/** A task as the pages show it to somebody: what, until when, and where it is done. @param now epoch ms */
export const taskLine = (task: TaskSeen, caller: Caller, now: number) => ({
  id: task.id,
  words: sayTask(task),
  otherwise: task.overdue && task.kind.startsWith("renew") ? "" : TASK_ELSE[task.kind],
  consequence: task.overdue && task.kind.startsWith("renew") ? TASK_ELSE[task.kind] : "",
  organisation:
    (task.person ?? task.nrd) !== null && isEverywhere(caller.roles, "task.see")
      ? task.organisation.name
      : "",
  href: whereDone(task, caller),
  due: sayTime(task.due.toISOString()),
  left: sayLeft(task.due.getTime(), now),
  overdue: task.overdue,
  mayDo: task.mayDo,
  ...DOING[task.kind === "approve-link" ? "approve" : "review"],
});

/** The page on which it is done; empty for whoever may not open it. */
function whereDone({ person, nrd, organisation }: TaskSeen, { roles }: Caller): string {
  if (nrd !== null) return mayDo(roles, "estate.see") ? paths.nrd(nrd.id) : "";
  if (person !== null) return mayDo(roles, "account.see") ? paths.accountOf(person.username) : "";
  return mayDo(roles, "organisation.see") ? paths.organisation(organisation.code) : "";
}
