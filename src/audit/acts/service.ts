import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

const roles = z.array(z.string()).readonly();

/** What the service as a whole does (AUD-1). */
export const serviceActs = {
  start: act("service.start", {
    head: "governance",
    subject: z.object({ roles }),
    open: ["roles"],
    say: () => "started",
  }),
  stop: act("service.stop", {
    head: "governance",
    subject: z.object({ roles }),
    open: ["roles"],
    say: () => "stopped",
  }),
  rotateMasterKey: act("service.master-key", {
    head: "governance",
    subject: z.object({
      /** Fingerprints, as people compare them. */
      before: z.string(),
      after: z.string(),
    }),
    open: ["before", "after"],
    say: () => "changed the master key",
  }),
  backup: act("service.backup", {
    head: "governance",
    subject: z.object({
      /** The backup's id, as its manifest has it. */
      backup: z.string(),
      files: z.number().optional(),
    }),
    open: ["backup", "files"],
    say: (s) => `made the backup ${text(s.backup)}`,
  }),
  restore: act("service.restore", {
    head: "governance",
    subject: z.object({
      backup: z.string(),
      /** RFC 3339: when the backup was made; what was done since is not here. */
      made: z.string(),
      /** Days that were past their limit, and were not put back. */
      days: z.array(z.string()).readonly(),
    }),
    open: ["backup", "made", "days"],
    say: (s) => `put back the backup ${text(s.backup)} of ${text(s.made)}`,
  }),
};
