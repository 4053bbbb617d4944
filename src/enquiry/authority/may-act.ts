import type { Approval, PolicyEngine } from "../../policy/engine.ts";
import type { AuthorityRequestFacts, Petitioner } from "../../policy/facts.ts";
import type { PolicyNumbers } from "../../policy/pack/numbers.ts";
import type { AuthorityAct } from "./authority-life.ts";
import type { AuthorityRecord } from "./authority-record.ts";

/** What the policy in force says about approving a request. */
export type MayDecide = Pick<PolicyEngine, "decideAuthority" | "mayDo" | "rolesThatMay">;

type Decided = Pick<
  AuthorityRecord,
  "asked" | "decided" | "organisation" | "level" | "scope" | "exceptional" | "holders"
>;

/** A request as the policy looks at it. @param exceptional the criterion the approver names; null: none */
export const factsOf = (
  { asked, organisation, level, scope }: Omit<Decided, "holders">,
  exceptional: string | null,
): AuthorityRequestFacts => ({
  asker: asked?.by.id ?? 0,
  organisation,
  level,
  from: scope.from,
  exceptional,
});

/**
 * Whether this person may do that to an authority, however it stands at present (INV-2): who may approve is the policy's to
 * say, and so is who may extend; an oral one is confirmed by whoever gave it; the asker takes the own request back.
 * @param now epoch ms
 */
export function mayAct(
  act: AuthorityAct,
  authority: Decided,
  by: Petitioner,
  policy: MayDecide,
  { now, exceptional }: { readonly now: number; readonly exceptional?: string | null },
): Approval {
  const isAsker = authority.asked?.by.id === by.person;
  const decides = policy.mayDo(by.roles, "authority.decide");
  if (act === "withdraw") {
    return isAsker || (decides && authority.organisation === by.organisation)
      ? { allowed: true, rules: ["authority-is-withdrawn-by-its-own"] }
      : refused("authority-is-withdrawn-by-its-own", "To have asked for it, or the role of an authoriser.");
  }
  if (!decides) {
    const roles = policy.rolesThatMay("authority.decide");
    return refused("role-may-authority-decide", `One of the roles ${roles.join(", ")}.`);
  }
  if (act === "refuse") {
    return isAsker
      ? refused(
          "authority-is-decided-by-another",
          "Another person to decide: you asked for it. You may withdraw it.",
        )
      : { allowed: true, rules: ["authority-is-decided-by-another"] };
  }
  if (authority.holders.includes(by.person))
    return refused(
      "authority-serves-others-than-its-approver",
      "Another person to decide: it names you among those who may rely on it.",
    );
  if (act === "confirm" && authority.decided?.by.id !== by.person)
    return refused(
      "authority-is-confirmed-by-its-giver",
      `Confirmation by ${authority.decided?.by.fullName ?? "whoever gave it"}, who gave it.`,
    );
  return policy.decideAuthority(by, factsOf(authority, exceptional ?? authority.exceptional), now);
}

const refused = (rule: string, needed: string): Approval => ({
  allowed: false,
  rules: [rule],
  needed: [needed],
});

/**
 * Who could approve a request, said before it is made: the lowest of the ranks that may, in words.
 * @param access ranks, lowest first, and exceptional criteria of the pack in force
 */
export function sayWhoApproves(
  request: AuthorityRequestFacts,
  asker: Petitioner,
  policy: MayDecide,
  {
    now,
    access,
  }: {
    readonly now: number;
    readonly access: Pick<PolicyNumbers["access"], "ranks" | "exceptionalCriteria">;
  },
): string {
  const roles = policy.rolesThatMay("authority.decide");
  const someone = (rank: string | null): Petitioner => ({
    ...asker,
    person: -1,
    roles,
    standing: { ...asker.standing, rank },
  });
  const lowest = (exceptional: string | null): string | null | undefined =>
    [null, ...access.ranks].find(
      (rank) => policy.decideAuthority(someone(rank), { ...request, exceptional }, now).allowed,
    );
  const plain = lowest(null);
  if (plain === null) return "Any authoriser of your organisation can approve this.";
  if (plain !== undefined)
    return `An authoriser of your organisation of the rank of ${plain} or above can approve this.`;
  const [criterion] = access.exceptionalCriteria;
  const exceptional = criterion === undefined ? undefined : lowest(criterion.name);
  if (exceptional !== undefined)
    return `Only ${exceptional === null ? "an authoriser" : `the rank of ${exceptional} or above`} can approve this, and only by naming an exceptional criterion.`;
  return "No authoriser can approve this as it stands.";
}
