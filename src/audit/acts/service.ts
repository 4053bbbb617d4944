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
};
