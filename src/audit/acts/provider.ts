import { z } from "zod";
import { act } from "../act.ts";

/** How an organisation's people sign in with its own provider (ACC-6). */
export const providerActs = {
  find: act("provider.find", {
    head: "consultation",
    /** The organisation by its code. */
    subject: z.object({ of: z.string() }),
    open: [],
    outcome: "refused",
    say: () => "looked for how an organisation's people sign in",
  }),
  configure: act("provider.configure", {
    head: "governance",
    subject: z.object({
      /** By its code; by its number up to version 0.1.0. */
      organisation: z.union([z.string(), z.number()]),
      provider: z.record(z.string(), z.unknown()),
      newSecret: z.boolean(),
      /** Its number, once it is known to be there for whoever asks. */
      of: z.number().optional(),
    }),
    open: [],
    say: () => "changed how an organisation's people sign in",
  }),
};
