import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

/** What protective monitoring raises, and what people see and decide of it (ACC-5, ACC-8). */
export const suspicionActs = {
  list: act("suspicion.list", {
    head: "consultation",
    subject: z.object({ waiting: z.boolean().optional() }),
    open: [],
    say: () => "looked at the list of suspicions",
  }),
  open: act("suspicion.open", {
    head: "consultation",
    subject: z.object({ suspicion: z.string(), account: z.string().optional() }),
    open: [],
    say: (s) => `opened the suspicion ${text(s.suspicion)}${after("about", s.account)}`,
  }),
  raise: act("suspicion.raise", {
    head: "access",
    subject: z.object({
      account: z.string(),
      person: z.number(),
      rule: z.string(),
      effect: z.enum(["suspend", "flag"]),
      why: z.string(),
      count: z.number(),
      /** Leaf indexes of the entries that show it. */
      entries: z.array(z.number()).readonly(),
    }),
    open: ["rule", "effect", "count"],
    say: (s) => `raised a suspicion about ${text(s.account)}${after("under the rule", s.rule)}`,
  }),
  decide: act("suspicion.decide", {
    head: "access",
    subject: z.object({
      suspicion: z.string(),
      decision: z.enum(["lift", "uphold", "note"]),
      reason: z.string(),
      account: z.string().optional(),
      rule: z.string().optional(),
    }),
    open: ["rule"],
    say: (s) => `decided on the suspicion ${text(s.suspicion)}${after("about", s.account)}`,
  }),
};
