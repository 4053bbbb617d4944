import { z } from "zod";
import { act } from "../act.ts";
import { many, text } from "./words.ts";

/** Days are `YYYY-MM-DD`, UTC. */
const day = z.string();
const counts = z.record(z.string(), z.number());

/** What is deleted and erased because its time has come (RET-1, RET-6; section 62: erasure). */
export const retentionActs = {
  run: act("retention.run", {
    head: "erasure",
    subject: z.object({ day }),
    open: ["day"],
    say: (s) => `ran the deletion of ${text(s.day)}`,
  }),
  day: act("retention.day", {
    head: "erasure",
    subject: z.object({
      day,
      /** What the deletion destroys, by store, and the digest of its receipt. */
      counts: counts.optional(),
      digest: z.string().optional(),
      /** Why the day had to wait. */
      reason: z.string().optional(),
      /** What the stores still held afterwards. */
      survivors: counts.optional(),
    }),
    open: ["day", "counts", "digest"],
    say: (s) => `deleted the day ${text(s.day)}`,
  }),
  confirmClock: act("retention.clock", {
    head: "erasure",
    subject: z.object({
      /** RFC 3339: what the clock says. */
      to: z.string(),
      reason: z.string(),
    }),
    open: ["to"],
    say: (s) => `confirmed that the service's clock is right at ${text(s.to)}`,
  }),
  erase: act("retention.forget", {
    head: "erasure",
    subject: z.object({
      /** What is erased, in words. */
      kind: z.string(),
      /** RFC 3339: the moment before which it had reached its limit. */
      to: z.string(),
    }),
    open: ["kind", "to"],
    say: (s) => `deleted what had reached its limit: ${many(s.count, "item")} of ${text(s.kind)}`,
  }),
};
