import { z } from "zod";
import type { AuthorityInFull } from "../../authority/authorities.ts";
import { AUTHORITY_ACTS } from "../../authority/authority-life.ts";
import {
  AUTHORITY_EVENTS,
  AUTHORITY_STATES,
  type AuthorityEvent,
  type EnquiryUnder,
  type Named,
  type StandingAuthority,
} from "../../authority/authority-record.ts";
import type { AuthorityScope } from "../../policy/facts.ts";
import { LEVELS, PURPOSES } from "../../policy/purpose.ts";
import { areaSchema } from "../../read/area-schema.ts";
import { pageOf, time, timeText, nameSchemas } from "../schemas.ts";

const named = z.strictObject({ username: z.string(), name: z.string() });

/** An authority as the API shows it. */
export const authorityView = z.strictObject({
  id: z.string(),
  reference: z.string(),
  organisation: z.string(),
  purpose: z.enum(PURPOSES),
  level: z.enum(LEVELS),
  state: z.enum(AUTHORITY_STATES),
  reason: z.string(),
  from: time.describe("It serves from"),
  until: time.describe("It serves until, exclusive"),
  scope: z
    .strictObject({
      vrms: z.array(z.string()).nullable(),
      nrds: z.array(z.int()).nullable(),
      area: areaSchema.nullable(),
      from: time.nullable().describe("Captured at or after"),
      to: time.nullable().describe("Captured before"),
    })
    .describe("Every query under it keeps to this; null: not limited"),
  holders: z.array(z.string()).describe("Usernames; empty: everyone of the organisation who may enquire"),
  asked: z.strictObject({ at: time, by: named }).nullable(),
  decided: z
    .strictObject({
      at: time,
      by: named,
      rank: z.string().nullable(),
      reason: z.string(),
      exceptional: z.string().nullable().describe("Name of the exceptional criterion relied on"),
    })
    .nullable(),
  oral: z
    .strictObject({ confirmBy: time, confirmed: time.nullable() })
    .nullable()
    .describe(
      "Given by word of mouth: withdrawn by the service where it is not confirmed in writing by then",
    ),
});

const enquiryUnder = z.strictObject({
  id: z.string(),
  asked: time,
  by: named,
  kind: z.string(),
  reason: z.string(),
  outcome: z.string(),
  count: z.int().nullable(),
});

/** One authority with its history, what was done under it, and what the caller may do to it. */
export const authorityInFull = authorityView.extend({
  history: z.array(
    z.strictObject({
      at: time,
      by: named.nullable().describe("Null: the service itself"),
      event: z.enum(AUTHORITY_EVENTS),
      note: z.string(),
    }),
  ),
  enquiries: pageOf(enquiryUnder).describe("Made under it, newest first; pages by `cursor`"),
  acts: z.array(
    z.strictObject({ act: z.enum(AUTHORITY_ACTS), whyNot: z.string().nullable().describe("Null: you may") }),
  ),
});
nameSchemas({
  Authority: authorityView,
  EnquiryUnderAuthority: enquiryUnder,
  AuthorityInFull: authorityInFull,
});

export type AuthorityView = z.infer<typeof authorityView>;
export type AuthorityInFullView = z.infer<typeof authorityInFull>;

const nameOf = ({ username, fullName }: Named) => ({ username, name: fullName });
const moment = (at: number | null): string | null => (at === null ? null : timeText(at));

const presentScope = ({ vrms, nrds, area, from, to }: AuthorityScope): AuthorityView["scope"] => ({
  vrms: vrms && [...vrms],
  nrds: nrds && [...nrds],
  area,
  from: moment(from),
  to: moment(to),
});

/** An authority as it stands. */
export const presentAuthority = (authority: StandingAuthority): AuthorityView => ({
  id: authority.id,
  reference: authority.reference,
  organisation: authority.organisationName,
  purpose: authority.purpose,
  level: authority.level,
  state: authority.state,
  reason: authority.reason,
  from: timeText(authority.from),
  until: timeText(authority.until),
  scope: presentScope(authority.scope),
  holders: [...authority.holderNames],
  asked: authority.asked && { at: timeText(authority.asked.at), by: nameOf(authority.asked.by) },
  decided: authority.decided && {
    at: timeText(authority.decided.at),
    by: nameOf(authority.decided.by),
    rank: authority.approverRank,
    reason: authority.decided.reason,
    exceptional: authority.exceptional,
  },
  oral:
    authority.confirmBy === null
      ? null
      : { confirmBy: timeText(authority.confirmBy), confirmed: moment(authority.confirmedAt) },
});

/** One authority with its history, what was done under it, and what the caller may do to it. */
export const presentInFull = ({
  authority,
  history,
  enquiries,
  acts,
}: AuthorityInFull): AuthorityInFullView => ({
  ...presentAuthority(authority),
  history: history.map(presentEvent),
  enquiries: { items: enquiries.items.map(presentEnquiry), next: enquiries.next },
  acts: [...acts],
});

const presentEvent = ({ at, by, event, note }: AuthorityEvent): AuthorityInFullView["history"][number] => ({
  at: timeText(at),
  by: by && nameOf(by),
  event,
  note,
});

const presentEnquiry = (enquiry: EnquiryUnder): AuthorityInFullView["enquiries"]["items"][number] => ({
  ...enquiry,
  asked: timeText(enquiry.asked),
  by: nameOf(enquiry.by),
});
