import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

const members = z.record(z.string(), z.unknown());

/** What is done about organisations (ACC-1). */
export const organisationActs = {
  change: act("organisation.change", {
    head: "governance",
    subject: z.object({
      organisation: z.string(),
      /** Null where there was none before. */
      before: members.nullable().optional(),
      after: members.optional(),
      reason: z.string().optional(),
    }),
    open: [],
    say: (s) => `changed the organisation ${text(s.organisation)}`,
  }),
};
