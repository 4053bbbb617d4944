import type { TaskSeen } from "../../identity/tasks/seen-by.ts";
import type { TaskView } from "./views.ts";

/** A task as the API shows it to somebody. */
export const presentTask = (task: TaskSeen): TaskView => ({
  id: String(task.id),
  kind: task.kind,
  account: task.person && { username: task.person.username, fullName: task.person.fullName },
  nrd: task.nrd,
  organisation: { code: task.organisation.code, name: task.organisation.name },
  opened: task.opened.toISOString(),
  due: task.due.toISOString(),
  overdue: task.overdue,
  mayDo: task.mayDo,
});
