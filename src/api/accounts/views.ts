import { z } from "zod";
import { ACCOUNT_STATES } from "../../identity/accounts/account-state.ts";
import { ORGANISATION_STATES } from "../../identity/organisations/organisation.ts";
import { ACCOUNT_KINDS } from "../../policy/roles.ts";
import { pageOf, time, nameSchemas, role } from "../schemas.ts";
import { taskView } from "../tasks/views.ts";
import { ACCOUNT_EVENTS } from "../../identity/accounts/account-events.ts";

/** What the API shows of people, organisations, tasks and suspicions, as schema and type. Days are `YYYY-MM-DD`. */
const named = z.strictObject({ code: z.string(), name: z.string() });

export const accountView = z.strictObject({
  username: z.string(),
  version: z.int().describe("Send with a change; it is refused where somebody was first"),
  fullName: z.string(),
  organisation: named,
  roles: z.array(role),
  kind: z.enum(ACCOUNT_KINDS),
  state: z.enum(ACCOUNT_STATES),
  stateSince: time,
  stateWhy: z.string().nullable(),
  rank: z.string().nullable(),
  vetting: z.string(),
  trainedOn: z.iso.date().nullable(),
  covert: z.boolean().describe("May see reads of covert NRDs of the own organisation"),
  created: time,
  lastUsed: time.nullable(),
  leavesOn: z.iso.date().nullable(),
});
export type AccountView = z.infer<typeof accountView>;

export const accountEventView = z.strictObject({
  at: time,
  by: z.string().nullable().describe("Null: the service itself"),
  what: z.enum(ACCOUNT_EVENTS),
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
  reason: z.string(),
});
export type AccountEventView = z.infer<typeof accountEventView>;

export const accountInFull = accountView.extend({
  tasks: z.array(taskView),
  suspicionWaits: z
    .boolean()
    .describe("A suspension waits for a supervisor, or was upheld; nobody else reactivates"),
  history: pageOf(accountEventView),
});
export type AccountInFullView = z.infer<typeof accountInFull>;

export const enrolmentView = z.strictObject({
  link: z.string().describe("Works once; shown once. Give it to the person yourself"),
  expires: time,
});
export type EnrolmentView = z.infer<typeof enrolmentView>;

export const organisationView = z.strictObject({
  code: z.string(),
  name: z.string(),
  version: z.int(),
  kind: z.string(),
  state: z.enum(ORGANISATION_STATES),
  stateWhy: z.string().nullable(),
  contact: z.string(),
  policy: z
    .strictObject({ reference: z.string(), date: z.iso.date(), until: z.iso.date(), owner: z.string() })
    .nullable(),
  allowedNetworks: z.array(z.string()).describe("CIDR ranges; none: any"),
  mayEnquire: z.boolean().describe("Approved, and its written policy is current"),
});
export type OrganisationView = z.infer<typeof organisationView>;

nameSchemas({
  Account: accountView,
  AccountEvent: accountEventView,
  AccountInFull: accountInFull,
  Enrolment: enrolmentView,
  Organisation: organisationView,
});
