import { z } from "zod";
import type { Account, AccountEvent } from "../../../identity/accounts/account.ts";
import { ACCOUNT_STATES } from "../../../identity/accounts/account-state.ts";
import { ACCOUNT_KINDS, ROLES } from "../../../policy/roles.ts";
import { ACCOUNT_EVENTS } from "../../../identity/accounts/account-events.ts";

export const ACCOUNT = `select person.id, person.version, username, full_name, organisation_id, organisation.name as organisation_name,
    organisation.code as organisation_code, roles, person.kind, person.state, person.state_since, person.state_why,
    password_hash is not null as enrolled, rank, vetting, trained_on::text as trained_on, covert, person.created_at, last_used,
    leaves_on::text as leaves_on
  from person join organisation on organisation.id = person.organisation_id`;

const row = z.strictObject({
  id: z.int(),
  version: z.int(),
  username: z.string(),
  full_name: z.string(),
  organisation_id: z.int(),
  organisation_name: z.string(),
  organisation_code: z.string(),
  roles: z.array(z.enum(ROLES)),
  kind: z.enum(ACCOUNT_KINDS),
  state: z.enum(ACCOUNT_STATES),
  state_since: z.date(),
  state_why: z.string().nullable(),
  enrolled: z.boolean(),
  rank: z.string().nullable(),
  vetting: z.string(),
  trained_on: z.string().nullable(),
  covert: z.boolean(),
  created_at: z.date(),
  last_used: z.date().nullable(),
  leaves_on: z.string().nullable(),
});

/** Rows of `ACCOUNT`, each checked. @throws ZodError where the store holds what no account is */
export const asAccounts = (rows: readonly unknown[]): readonly Account[] =>
  z.array(row).parse(rows).map(asAccount);

const asAccount = (account: z.infer<typeof row>): Account => ({
  id: account.id,
  version: account.version,
  username: account.username,
  fullName: account.full_name,
  organisation: {
    id: account.organisation_id,
    name: account.organisation_name,
    code: account.organisation_code,
  },
  roles: account.roles,
  kind: account.kind,
  state: account.state,
  stateSince: account.state_since,
  stateWhy: account.state_why,
  enrolled: account.enrolled,
  rank: account.rank,
  vetting: account.vetting,
  trainedOn: account.trained_on,
  covert: account.covert,
  created: account.created_at,
  lastUsed: account.last_used,
  leavesOn: account.leaves_on,
});

const members = z.record(z.string(), z.unknown());
const event = z.strictObject({
  id: z.int(),
  at: z.date(),
  by: z.string().nullable(),
  what: z.enum(ACCOUNT_EVENTS),
  before: members,
  after: members,
  reason: z.string(),
});

/** Lines of an account's history, each checked. */
export const asEvents = (rows: readonly unknown[]): readonly AccountEvent[] => z.array(event).parse(rows);
