import { z } from "zod";
import { TASK_KINDS } from "../../identity/tasks/task.ts";
import { time, nameSchemas } from "../schemas.ts";

/** What the API shows of a task, as schema and type. */
export const taskView = z.strictObject({
  id: z.string(),
  kind: z.enum(TASK_KINDS),
  account: z.strictObject({ username: z.string(), fullName: z.string() }).nullable(),
  nrd: z.strictObject({ id: z.int(), name: z.string() }).nullable(),
  organisation: z.strictObject({ code: z.string(), name: z.string() }),
  opened: time,
  due: time,
  overdue: z.boolean(),
  mayDo: z.boolean().describe("You may say that it is done"),
});
export type TaskView = z.infer<typeof taskView>;
nameSchemas({ Task: taskView });
