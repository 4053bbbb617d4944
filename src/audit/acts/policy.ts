import { z } from "zod";
import { act } from "../act.ts";
import { after } from "./words.ts";

/** What is done about the law that everybody is held to (RET-4). A pack is named by its id and digest. */
export const policyActs = {
  propose: act("policy.propose", {
    head: "governance",
    subject: z.object({
      /** Digests of the pack in force and of the one proposed. */
      from: z.string(),
      to: z.string(),
      reason: z.string(),
      /** Epoch milliseconds UTC. */
      effectiveFrom: z.number(),
    }),
    open: ["from", "to"],
    say: (s) => `proposed the policy pack${after("", s.policyPack)}`,
  }),
  decide: act("policy.decide", {
    head: "governance",
    subject: z.object({
      state: z.enum(["approved", "refused"]),
      reason: z.string(),
      /** Digest of the pack that the difference was looked at from. */
      comparedWith: z.string().nullable(),
    }),
    open: ["state"],
    say: (s) =>
      `decided ${s.state === undefined ? "on" : s.state === "approved" ? "to approve" : "to refuse"} the policy pack${after("", s.policyPack)}`,
  }),
  load: act("policy.load", {
    head: "governance",
    subject: z.object({
      /** Digest of the pack that was in force until then. */
      before: z.string().optional(),
      /** Whether it came in without anybody's approval, and why. */
      adopted: z.boolean().optional(),
      why: z.string().optional(),
      proposedBy: z.string().nullable().optional(),
      decidedBy: z.string().nullable().optional(),
    }),
    open: [],
    say: (s) => `put the policy pack${after("", s.policyPack)} in force`,
  }),
};
