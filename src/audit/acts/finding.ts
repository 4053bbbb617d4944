import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

/** What becomes of what an audit found (AUD-3). */
export const findingActs = {
  open: act("finding.open", {
    head: "governance",
    subject: z.object({
      /** The entry that it is about, and the item of a sample whose review opened it. */
      entry: z.union([z.string(), z.number()]),
      item: z.number().optional(),
      /** Username of who did what the entry says. */
      about: z.string().nullable().optional(),
      title: z.string(),
      note: z.string(),
    }),
    open: [],
    say: (s) => `opened a finding${after("about entry", s.entry)}`,
  }),
  change: act("finding.change", {
    head: "governance",
    subject: z.object({
      finding: z.union([z.string(), z.number()]),
      was: z.string(),
      state: z.string(),
      note: z.string(),
      /** Username. */
      owner: z.string().optional(),
    }),
    open: ["state"],
    say: (s) => `changed the finding ${text(s.finding)}${after("to", s.state)}`,
  }),
};
