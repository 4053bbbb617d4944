import { z } from "zod";
import { act } from "../act.ts";

/** What was collected (section 62): counts by source, every few minutes. */
export const collectionActs = {
  collect: act("read.collect", {
    head: "collection",
    subject: z.object({
      kind: z.enum(["counted", "recovered"]),
      from: z.string(),
      to: z.string(),
      counts: z.record(z.string(), z.record(z.string(), z.number())),
    }),
    open: ["kind", "from", "to", "counts"],
    say: () => "collected reads",
  }),
};
