import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

const task = z.enum(["review", "recheck"]);
/** An item of a sample, and the entry of the log that it is about. */
const item = {
  item: z.union([z.string(), z.number()]),
  entry: z.number().optional(),
};

/** What auditors do with the month's samples (AUD-3, AUD-4). */
export const sampleActs = {
  draw: act("sample.draw", {
    head: "governance",
    subject: z.object({
      /** `recheck`: of the reviews of a sample, not of enquiries. */
      kind: z.literal("recheck").optional(),
      /** `YYYY-MM`, UTC. */
      month: z.string(),
      /** Id of the organisation. */
      of: z.number(),
      /** Of how many it was drawn. */
      population: z.number(),
      /** The checkpoint it was drawn by: how many entries, and their root. */
      seed: z.object({ size: z.number(), root: z.string() }),
      item: z.number().optional(),
      entry: z.number().optional(),
    }),
    open: ["kind", "month", "of", "population", "seed"],
    say: (s) =>
      s.kind === "recheck"
        ? `drew a review of ${text(s.month)} to be checked`
        : `drew the audit sample of ${text(s.month)}`,
  }),
  next: act("sample.next", {
    head: "governance",
    subject: z.object({ kind: task, item: z.number().optional(), entry: z.number().optional() }),
    open: ["kind"],
    say: (s) =>
      (s.kind === "recheck" ? "took the next review to check" : "took the next enquiry of the sample") +
      after("which is entry", s.entry),
  }),
  review: act("sample.review", {
    head: "governance",
    subject: z.object({
      ...item,
      /** By the question's id. */
      answers: z.record(z.string(), z.string()),
    }),
    open: [],
    say: (s) =>
      s.entry === undefined ? "reviewed an item of a sample" : `reviewed entry ${s.entry} of the log`,
  }),
  recheck: act("sample.recheck", {
    head: "governance",
    subject: z.object({ ...item, agrees: z.boolean(), note: z.string() }),
    open: [],
    say: (s) => `checked the review of ${s.entry === undefined ? "an item of a sample" : `entry ${s.entry}`}`,
  }),
};
