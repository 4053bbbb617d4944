import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

/** What is looked for in the log, with what the log is searched by itself (AUD-6). */
const question = z.object({
  filter: z.looseObject({}).optional(),
  vrm: z.string().optional(),
  authority: z.string().optional(),
  /** Why, of those who say so with every look. */
  reason: z.string().optional(),
  /** The entry that the page begins before. */
  before: z.number().optional(),
});

/** What is looked at of the log, and done to it (AUD-1, AUD-2, AUD-4 to AUD-6). */
export const auditActs = {
  search: act("audit.search", {
    head: "consultation",
    subject: question.extend({
      /** Which findings, where they were looked through and not the log. */
      findings: z.looseObject({}).optional(),
    }),
    open: [],
    vehicle: ["filter", "vrm"],
    say: (s) => (s.findings === undefined ? "searched the log" : "looked through the findings"),
  }),
  export: act("audit.export", {
    head: "disclosure",
    subject: question,
    open: [],
    vehicle: ["filter", "vrm"],
    say: () => "exported entries of the log",
  }),
  entry: act("audit.entry", {
    head: "consultation",
    subject: z.object({
      /** `proof`: its place in the tree, with what opens its leaf. */
      kind: z.literal("proof").optional(),
      entry: z.number().optional(),
      /** The item of a sample that it was opened for. */
      item: z.union([z.string(), z.number()]).optional(),
      finding: z.string().optional(),
      reason: z.string().optional(),
    }),
    open: ["kind"],
    say: (s) => {
      if (s.finding !== undefined) return `opened the finding ${s.finding}`;
      if (s.entry === undefined) return `opened the item ${text(s.item)} of a sample`;
      return `${s.kind === "proof" ? "fetched the proof of" : "opened"} entry ${s.entry} of the log`;
    },
  }),
  leaves: act("audit.leaves", {
    head: "consultation",
    subject: z.object({ from: z.number(), to: z.number() }),
    open: ["from", "to"],
    say: () => "fetched leaves of the log",
  }),
  charts: act("audit.charts", {
    head: "consultation",
    subject: z.object({
      /** The period, RFC 3339 UTC. */
      from: z.string(),
      to: z.string(),
      /** Id of the organisation; null: of all. */
      of: z.number().nullable().optional(),
      reason: z.string().optional(),
    }),
    open: ["from", "to", "of"],
    say: () => "looked at patterns of use",
  }),
  history: act("history.open", {
    head: "consultation",
    subject: z.object({ before: z.number().optional() }),
    open: [],
    say: () => "looked at their own history",
  }),
  redact: act("audit.redact", {
    head: "erasure",
    subject: z.object({
      /** Why: the years of the log are over, or the reads that they tell of are deleted. */
      kind: z.enum(["age", "vehicles"]),
      /** The first and the last entry. */
      from: z.number(),
      to: z.number(),
    }),
    open: ["kind", "from", "to"],
    say: (s) => `removed personal values from the log${after("from entry", s.from)}${after("to", s.to)}`,
  }),
};
