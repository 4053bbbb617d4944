import { z } from "zod";
import { ORGANISATION_STATES } from "../../../identity/organisations/organisation.ts";
import type { Agreement, KnownSource, RegisteredSource } from "../../../source/source.ts";

/** What the door has to know of a source. */
export const REGISTERED = `source.id, source.name, source.organisation_id, source.aggregator, source.position_unit,
  source.time_zone, source.compound_reply, source.nrd_id, source.protocol, source.allowed_networks, source.by_address,
  source.enabled, source.agreement_party, source.agreement_reference, source.agreement_purpose, source.agreement_legal_basis,
  source.agreement_from::text as agreement_from, source.agreement_until::text as agreement_until, source.agreement_document,
  organisation.name as owner_name, organisation.code as owner_code, organisation.state as owner_state,
  organisation.policy_until::text as owner_policy_until, organisation.had_policy as owner_had_policy`;

export const registeredRow = z.strictObject({
  id: z.int(),
  name: z.string(),
  organisation_id: z.int(),
  aggregator: z.boolean(),
  position_unit: z.enum(["degrees", "arc-minutes"]),
  time_zone: z.string(),
  compound_reply: z.enum(["array", "string"]),
  nrd_id: z.int().nullable(),
  protocol: z.string().nullable(),
  allowed_networks: z.array(z.string()),
  by_address: z.boolean(),
  enabled: z.boolean(),
  agreement_party: z.string().nullable(),
  agreement_reference: z.string().nullable(),
  agreement_purpose: z.string().nullable(),
  agreement_legal_basis: z.string().nullable(),
  agreement_from: z.string().nullable(),
  agreement_until: z.string().nullable(),
  agreement_document: z.string().nullable(),
  owner_name: z.string(),
  owner_code: z.string(),
  owner_state: z.enum(ORGANISATION_STATES),
  owner_policy_until: z.string().nullable(),
  owner_had_policy: z.boolean(),
});
type RegisteredRow = z.infer<typeof registeredRow>;

export const knownRow = registeredRow.extend({
  version: z.int(),
  has_path_key: z.boolean(),
  added_at: z.date(),
  secrets_since: z.date(),
  switched_at: z.date().nullable(),
  switched_why: z.string().nullable(),
  switched_by: z.string().nullable(),
  message_at: z.date().nullable(),
  message_address: z.string().nullable(),
  message_code: z.string().nullable(),
  refused: z.int(),
});

export const refusalRow = z.strictObject({
  day: z.string(),
  code: z.string(),
  count: z.int(),
  sample: z.string(),
  since: z.date(),
});

/** All of it or none of it: the store holds no half of an agreement. */
function agreementOf(row: RegisteredRow): Agreement | null {
  const members = {
    party: row.agreement_party,
    reference: row.agreement_reference,
    purpose: row.agreement_purpose,
    legalBasis: row.agreement_legal_basis,
    from: row.agreement_from,
    until: row.agreement_until,
    document: row.agreement_document,
  };
  return row.agreement_reference === null ? null : (members as Agreement);
}

export const asRegistered = (row: RegisteredRow): RegisteredSource => ({
  id: row.id,
  name: row.name,
  organisation: row.organisation_id,
  aggregator: row.aggregator,
  positionUnit: row.position_unit,
  timeZone: row.time_zone,
  compoundReply: row.compound_reply,
  nrd: row.nrd_id,
  protocol: row.protocol,
  allowedNetworks: row.allowed_networks,
  byAddress: row.by_address,
  enabled: row.enabled,
  agreement: agreementOf(row),
  owner: {
    name: row.owner_name,
    code: row.owner_code,
    state: row.owner_state,
    policyUntil: row.owner_policy_until,
    hadPolicy: row.owner_had_policy,
  },
});

export const asKnown = (row: z.infer<typeof knownRow>): KnownSource => ({
  ...asRegistered(row),
  version: row.version,
  hasPathKey: row.has_path_key,
  added: row.added_at,
  secretsSince: row.secrets_since,
  switched:
    row.switched_at === null || row.switched_why === null
      ? null
      : { at: row.switched_at, why: row.switched_why, by: row.switched_by },
  lastMessage:
    row.message_at === null || row.message_address === null
      ? null
      : { at: row.message_at, address: row.message_address, code: row.message_code },
  refused: row.refused,
});
