import {
  stateOf,
  type AuthorityEvent,
  type AuthorityRecord,
  type EnquiryUnder,
  type Named,
} from "../../authority/authority-record.ts";
import type { AuthorityScope } from "../../policy/facts.ts";
import type { AuthorityInFull, AuthorityView } from "./port.ts";
import { timeText } from "../schemas.ts";

const HOUR_MS = 3_600_000;
const nameOf = ({ username, fullName }: Named) => ({ username, name: fullName });
const moment = (at: number | null): string | null => (at === null ? null : timeText(at));

export const presentScope = ({ vrms, nrds, area, from, to }: AuthorityScope): AuthorityView["scope"] => ({
  vrms: vrms && [...vrms],
  nrds: nrds && [...nrds],
  area: area && (area.kind === "circle" ? { ...area } : { ...area, ring: [...area.ring] }),
  from: moment(from),
  to: moment(to),
});

/** An authority as people see it. @param oralConfirmHours of the policy pack in force @param now epoch ms */
export const presentAuthority = (
  authority: AuthorityRecord,
  { oralConfirmHours, now }: { readonly oralConfirmHours: number; readonly now: number },
): AuthorityView => ({
  id: authority.id,
  reference: authority.reference,
  organisation: authority.organisationName,
  purpose: authority.purpose,
  level: authority.level,
  state: stateOf(authority, now),
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
    authority.oral && authority.decided !== null
      ? {
          confirmBy: timeText(authority.decided.at + oralConfirmHours * HOUR_MS),
          confirmed: moment(authority.confirmedAt),
        }
      : null,
});

export const presentEvent = ({
  at,
  by,
  event,
  note,
}: AuthorityEvent): AuthorityInFull["history"][number] => ({
  at: timeText(at),
  by: by && nameOf(by),
  event,
  note,
});

export const presentEnquiry = (enquiry: EnquiryUnder): AuthorityInFull["enquiries"]["items"][number] => ({
  ...enquiry,
  asked: timeText(enquiry.asked),
  by: nameOf(enquiry.by),
});
