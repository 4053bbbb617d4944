import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

/** What is done about the feed sources that reads come from (READ-2). */
export const sourceActs = {
  add: act("source.add", {
    head: "governance",
    subject: z.object({
      /** Its number, once it is registered. */
      source: z.number().optional(),
      name: z.string(),
      /** Whether it sends for cameras of other organisations too. */
      aggregator: z.boolean(),
      allowedNetworks: z.array(z.string()).readonly(),
    }),
    open: [],
    say: (s) => `registered the feed source ${text(s.name)}`,
  }),
};
