import { z } from "zod";
import { act } from "../act.ts";

/** How an organisation's people sign in with its own provider (ACC-6). */
export const providerActs = {
  configure: act("provider.configure", {
    head: "governance",
    subject: z.object({
      organisation: z.number(),
      provider: z.record(z.string(), z.unknown()),
      newSecret: z.boolean(),
    }),
    open: [],
    say: () => "changed how an organisation's people sign in",
  }),
};
