import type { PolicyNumbers } from "../../policy/pack/numbers.ts";
import type { Caller } from "../caller.ts";
import { taskRefusal } from "./task-refusal.ts";
import { mayDo } from "../../policy/roles.ts";
import type { Task, TaskKind, TaskRules } from "./task.ts";

/** How early a lapse of training or policy is told. No rule names it. */
const WARN_MS = 30 * 86_400_000;

/** A task as somebody sees it. */
export interface TaskSeen extends Task {
  readonly overdue: boolean;
  /** They may say that it is done. */
  readonly mayDo: boolean;
}

/** A review of permissions, and the approval of a link, are done by saying so; the others by what they ask for. */
export const isDoneBySaying = ({ kind }: Task): boolean =>
  kind === "review-permissions" || kind === "approve-link";

/** Undefined: all of them. Whoever keeps cameras sees what is due about those, and nothing about people. */
export const kindsSeenBy = ({ roles }: Caller): readonly TaskKind[] | undefined =>
  mayDo(roles, "account.see") || mayDo(roles, "organisation.see") ? undefined : ["mend-camera"];

/** A task as somebody sees it at a moment (epoch ms). */
export const seenBy = (task: Task, caller: Caller, now: number): TaskSeen => ({
  ...task,
  overdue: task.due.getTime() <= now,
  mayDo: isDoneBySaying(task) && taskRefusal(task, caller) === undefined,
});

/** When tasks are due by the numbers of the pack in force; `now` in epoch ms. */
export const taskRules = (
  { trainingMonths, leaverHours }: Pick<PolicyNumbers["accounts"], "trainingMonths" | "leaverHours">,
  now: number,
): TaskRules => ({ trainingMonths, leaverHours, warnMs: WARN_MS, now });
