import { Problem } from "../errors.ts";
import type { PersonStore } from "../identity/person.ts";
import type { Approval, PolicyEngine } from "../policy/engine.ts";
import type { AuthorityLifeStore } from "./authority-life-store.ts";
import type { NewAuthorityRequest } from "./authority-record.ts";
import { requestFacts } from "./authority-terms.ts";

const DAY_MS = 86_400_000;

/** One said to be given by word of mouth. */
export type OralRequest = NewAuthorityRequest & { readonly oral: NonNullable<NewAuthorityRequest["oral"]> };

export const isOral = (request: NewAuthorityRequest): request is OralRequest => request.oral !== null;

/**
 * Whether an authority may be claimed as given orally (INV-2): by somebody who may approve it in writing, and only where the
 * caller has no other that nobody confirmed, waiting or withdrawn within the days an authority serves.
 * Out: with the rank of its giver. @throws Problem NOT_AUTHORISED @param now epoch ms
 */
export async function judgeOral(
  parts: {
    readonly store: Pick<AuthorityLifeStore, "unsettledOral">;
    readonly people: Pick<PersonStore, "byId">;
    readonly engine: PolicyEngine;
  },
  request: OralRequest,
  now: number,
): Promise<OralRequest["oral"]> {
  const { oral } = request;
  const giver = await parts.people.byId(oral.by);
  if (giver === undefined) throw new Error(`Person ${oral.by} was there a moment ago.`);
  const principal = { ...giver, person: giver.id };
  const decision = parts.engine.decideAuthority(principal, requestFacts(request), now);
  if (!decision.allowed)
    throw notAuthorised(`${giver.fullName} may not give this authority. Needed:`, decision);
  const { authorityDays } = parts.engine.pack.access;
  const other = await parts.store.unsettledOral(request.askedBy, now - authorityDays * DAY_MS);
  if (other !== undefined) {
    throw notAuthorised("It was not done. Needed:", {
      rules: ["oral-authorities-are-confirmed"],
      needed: [
        `Confirmation in writing of ${other}, which was also given orally; where it was withdrawn unconfirmed, an approval in writing, or ${authorityDays} days without another.`,
      ],
    });
  }
  return { ...oral, rank: giver.standing.rank };
}

/** A refusal as a person is told it. */
export const notAuthorised = (
  what: string,
  { rules, needed }: Pick<Exclude<Approval, { allowed: true }>, "rules" | "needed">,
): Problem => new Problem("NOT_AUTHORISED", `${what} ${needed.join(" ")}`, { extra: { rules, needed } });
