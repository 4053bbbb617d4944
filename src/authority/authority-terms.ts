import type { AuthoritiesSeen } from "./authority-life-store.ts";
import type { AuthorityRecord, NewAuthorityRequest } from "./authority-record.ts";
import type { AuthorityRequestFacts } from "../policy/facts.ts";
import { mayDo } from "../policy/roles.ts";
import { scopeOf } from "../policy/scope.ts";
import type { Caller } from "../identity/caller.ts";

/** Whoever only asks sees the own requests and what may be relied on; others, as the pack says, their organisation's or all. */
export function seenBy(caller: Caller): AuthoritiesSeen {
  const scope = scopeOf(caller, "authority.see");
  const wide = scope.organisation === null || mayDo(caller.roles, "authority.see-organisation");
  return { ...scope, person: wide ? null : caller.person };
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
