import { z } from "zod";
import { act } from "../act.ts";

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
};
