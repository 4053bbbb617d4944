import { z } from "zod";
import { ACCOUNT_STATES } from "../../identity/accounts/account-state.ts";
import { DECISIONS } from "../../identity/monitoring/suspicion.ts";
import { ROLES } from "../../policy/roles.ts";
import { time, nameSchemas } from "../schemas.ts";

/** What the API shows of a suspicion, as schema and type. */
export const suspicionView = z.strictObject({
  id: z.string(),
  account: z.strictObject({
    username: z.string(),
    fullName: z.string(),
    roles: z.array(z.enum(ROLES)),
    state: z.enum(ACCOUNT_STATES),
  }),
  organisation: z.strictObject({ code: z.string(), name: z.string() }),
  at: time,
  rule: z.string(),
  effect: z.enum(["suspend", "flag"]),
  why: z.string(),
  count: z.int().describe("How often, within the time of the rule"),
  entries: z.array(z.int()).describe("Leaf indexes of the log that show it, newest first"),
  decided: time.nullable(),
  decidedBy: z.string().nullable(),
  decision: z.enum(DECISIONS).nullable(),
  reason: z.string().nullable(),
  mayDecide: z.boolean(),
});
export type SuspicionView = z.infer<typeof suspicionView>;

nameSchemas({ Suspicion: suspicionView });
