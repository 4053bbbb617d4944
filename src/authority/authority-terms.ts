import type { AuthorityRemit } from "./authority-life-store.ts";
import type { AuthorityRecord, NewAuthorityRequest } from "./authority-record.ts";
import type { AuthorityRequestFacts } from "../policy/facts.ts";
import type { Role } from "../policy/roles.ts";
import type { Caller } from "../identity/caller.ts";

/** Those who look after, or watch over, what their organisation does. */
const OF_THE_ORGANISATION: readonly Role[] = ["authoriser", "supervisor", "auditor", "dpo"];

/** Whoever only asks sees the own requests and what may be relied on; others their organisation's; one role all. */
export function remitOf({ roles, organisation, person }: Caller): AuthorityRemit {
  if (roles.includes("nationalauditor")) return { organisation: null, person: null };
  const wide = roles.some((role) => OF_THE_ORGANISATION.includes(role));
  return { organisation: organisation.id, person: wide ? null : person };
}

/** A request as the policy looks at it, before anybody named an exceptional criterion. */
export const requestFacts = ({
  askedBy,
  organisation,
  level,
  scope,
}: NewAuthorityRequest): AuthorityRequestFacts => ({
  asker: askedBy,
  organisation,
  level,
  from: scope.from,
  exceptional: null,
});

/** What the log says of a request: its reference, what it is for and what it is limited to. */
export const requestSubject = ({ reference, purpose, level, reason, scope }: NewAuthorityRequest) => ({
  authority: reference,
  purpose,
  level,
  reason,
  ...(scope.vrms === null ? {} : { vrms: scope.vrms }),
  ...(scope.nrds === null ? {} : { nrds: scope.nrds }),
});

/** What the log says of an authority on record; the reason of an act is the act's own. */
export const subjectOf = ({ reference, purpose, level, scope }: AuthorityRecord) => ({
  authority: reference,
  purpose,
  level,
  ...(scope.vrms === null ? {} : { vrms: scope.vrms }),
});
