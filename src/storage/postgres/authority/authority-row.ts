import { z } from "zod";
import type { Authority } from "../../../authority/authority-store.ts";
import {
  AUTHORITY_EVENTS,
  AUTHORITY_STATES,
  type AuthorityRecord,
} from "../../../authority/authority-record.ts";
import { LEVELS, PURPOSES } from "../../../policy/purpose.ts";
import { areaSchema } from "../../../read/area-schema.ts";

/** What a decision needs of an authority; other columns are left out. */
const authorityRow = z.object({
  id: z.number(),
  reference: z.string(),
  organisation: z.number(),
  purpose: z.enum(PURPOSES),
  level: z.enum(LEVELS),
  holders: z.array(z.number()),
  from: z.date(),
  until: z.date(),
  state: z.enum(AUTHORITY_STATES),
  exceptional: z.string().nullable(),
  approverRank: z.string().nullable(),
  approver: z.number().nullable(),
  oral_since: z.date().nullable(),
  vrms: z.array(z.string()).nullable(),
  nrds: z.array(z.number()).nullable(),
  area: areaSchema.nullable(),
  data_from: z.date().nullable(),
  data_until: z.date().nullable(),
});

const named = z.strictObject({ id: z.number(), username: z.string(), fullName: z.string() });

const recordRow = authorityRow.extend({
  organisation_name: z.string(),
  reason: z.string(),
  holder_names: z.array(z.string()),
  asker: named.nullable(),
  asked_at: z.date().nullable(),
  decider: named.nullable(),
  decided_at: z.date().nullable(),
  decision_reason: z.string().nullable(),
  oral: z.boolean(),
  confirmed_at: z.date().nullable(),
  state_since: z.date(),
});

/** A line of the history. */
export const eventRow = z.strictObject({
  at: z.date().transform((at) => at.getTime()),
  by: named.nullable(),
  event: z.enum(AUTHORITY_EVENTS),
  note: z.string(),
});

/** An enquiry made under an authority. */
export const enquiryUnderRow = z.strictObject({
  id: z.string(),
  by: named,
  asked: z.date().transform((at) => at.getTime()),
  kind: z.string(),
  reason: z.string(),
  outcome: z.string(),
  count: z.number().nullable(),
});

/** A person by id, username and name, as `named` of the rows above reads it; null where there is none. */
export const namedPerson = (person: string): string =>
  `case when ${person}.id is not null then
    jsonb_build_object('id', ${person}.id, 'username', ${person}.username, 'fullName', ${person}.full_name) end`;

/** The columns that `authorityOf` reads, of a table called `authority`. */
export const AUTHORITY_COLUMNS = `authority.id, authority.reference, authority.organisation_id as organisation,
  authority.purpose, authority.level, authority.holders, authority.valid_from as "from", authority.valid_until as until,
  authority.state, authority.exceptional, authority.decided_rank as "approverRank", authority.decided_by as approver, authority.vrms, authority.nrds,
  authority.area, authority.data_from, authority.data_until,
  case when authority.oral and authority.confirmed_at is null then authority.decided_at end as oral_since`;

/** The largest id of the table. */
const LARGEST_ID = 2 ** 31 - 1;

/** The id that a text may be, so that the search for it uses the index; null for a text that is none. */
export function idIn(idOrReference: string): number | null {
  const id = /^[1-9]\d{0,9}$/.test(idOrReference) ? Number(idOrReference) : Number.NaN;
  return id <= LARGEST_ID ? id : null;
}

/** The columns that `recordOf` reads, and where they come from. */
export const RECORD_COLUMNS = `${AUTHORITY_COLUMNS}, organisation.name as organisation_name, authority.reason,
  array(select username from person where person.id = any(authority.holders) order by username) as holder_names,
  ${namedPerson("asker")} as asker, authority.asked_at, ${namedPerson("decider")} as decider, authority.decided_at,
  authority.decision_reason, authority.oral, authority.confirmed_at, authority.state_since`;
export const RECORD_PEOPLE = `join organisation on organisation.id = authority.organisation_id
  left join person asker on asker.id = authority.asked_by left join person decider on decider.id = authority.decided_by`;

/** The authority of a row, whatever else the row holds. @throws ZodError for a row that is none */
export const authorityOf = (given: unknown): Authority => asAuthority(authorityRow.parse(given));

/** Everything on record about an authority. @throws ZodError for a row that is none */
export function recordOf(given: unknown): AuthorityRecord {
  const row = recordRow.parse(given);
  return {
    ...asAuthority(row),
    organisationName: row.organisation_name,
    reason: row.reason,
    holderNames: row.holder_names,
    asked: row.asker === null || row.asked_at === null ? null : { by: row.asker, at: row.asked_at.getTime() },
    decided:
      row.decider === null || row.decided_at === null
        ? null
        : { by: row.decider, at: row.decided_at.getTime(), reason: row.decision_reason ?? "" },
    oral: row.oral,
    confirmedAt: row.confirmed_at?.getTime() ?? null,
    stateSince: row.state_since.getTime(),
  };
}

const asAuthority = (row: z.infer<typeof authorityRow>): Authority => ({
  id: String(row.id),
  reference: row.reference,
  organisation: row.organisation,
  purpose: row.purpose,
  level: row.level,
  holders: row.holders,
  from: row.from.getTime(),
  until: row.until.getTime(),
  state: row.state,
  exceptional: row.exceptional,
  approverRank: row.approverRank,
  approver: row.approver,
  oralSince: row.oral_since?.getTime() ?? null,
  scope: {
    vrms: row.vrms,
    nrds: row.nrds,
    area: row.area,
    from: row.data_from?.getTime() ?? null,
    to: row.data_until?.getTime() ?? null,
  },
});
