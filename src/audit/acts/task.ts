import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

/** What is looked at and done about tasks: what is due about accounts and organisations (ACC-1, ACC-3, ACC-4). */
export const taskActs = {
  list: act("task.list", {
    head: "consultation",
    subject: z.object({}),
    open: [],
    say: () => "looked at the list of tasks",
  }),
  done: act("task.done", {
    head: "governance",
    subject: z.object({
      task: z.string(),
      note: z.string(),
      kind: z.string().optional(),
      /** Whose account it is about; null for a task of the organisation itself. */
      account: z.string().nullable().optional(),
    }),
    open: ["kind"],
    say: (s) => `did the task ${text(s.task)}`,
  }),
};
