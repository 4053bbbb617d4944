import type { Person } from "../../../identity/person.ts";
import type { Role } from "../../../policy/roles.ts";

/** A person as the governed store holds them. */
export interface PersonRow {
  readonly id: number;
  readonly username: string;
  readonly full_name: string;
  readonly organisation_id: number;
  readonly organisation_name: string;
  readonly roles: readonly string[];
  readonly kind: Person["kind"];
  readonly state: Person["state"];
  readonly rank: string | null;
  readonly vetting: string;
  readonly trained_on: string | null;
  readonly covert: boolean;
  readonly organisation_state: Person["standing"]["organisationState"];
  readonly policy_until: string | null;
}

export const PERSON = `person.id, username, full_name, organisation_id, organisation.name as organisation_name, roles,
  person.kind, person.state, rank, vetting, trained_on::text as trained_on, covert,
  organisation.state as organisation_state, policy_until::text as policy_until`;
export const FROM_PERSON = "from person join organisation on organisation.id = person.organisation_id";

export const asPerson = (row: PersonRow): Person => ({
  id: row.id,
  username: row.username,
  fullName: row.full_name,
  organisation: { id: row.organisation_id, name: row.organisation_name },
  roles: row.roles as readonly Role[],
  kind: row.kind,
  state: row.state,
  standing: {
    rank: row.rank,
    vetting: row.vetting,
    trainedOn: row.trained_on,
    covert: row.covert,
    organisationState: row.organisation_state,
    organisationPolicyUntil: row.policy_until,
  },
});
