import { NOTHING_PERMITS, type Approval, type PolicyEngine } from "../policy/engine.ts";
import type { AuthorityRequestFacts } from "../policy/facts.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import type { Role } from "../policy/roles.ts";
import type { AuthorityAct } from "./authority-life.ts";
import type { AuthorityRecord } from "./authority-record.ts";
import type { Principal } from "../policy/principal.ts";

/** What the policy in force says about approving a request. */
export type MayDecide = Pick<PolicyEngine, "decideAuthority" | "decideRefusal" | "mayDo" | "rolesThatMay">;

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
 * say, and so is who may extend; an oral one is confirmed by whoever gave it; whoever asked takes their request back.
 * @param now epoch ms
 */
export function mayAct(
  act: AuthorityAct,
  authority: Decided,
  by: Principal,
  policy: MayDecide,
  { now, exceptional }: { readonly now: number; readonly exceptional?: string | null },
): Approval {
  const isAsker = authority.asked?.by.id === by.person;
  const decides = policy.mayDo(by.roles, "authority.decide");
  const facts = factsOf(authority, exceptional ?? authority.exceptional);
  if (act === "withdraw") {
    if (isAsker) return { allowed: true, rules: ["authority-is-withdrawn-by-its-own"] };
    return decides
      ? explained(
          policy.decideRefusal(by, facts, now),
          "To be the person who requested it, or another role: ",
        )
      : refused(
          "authority-is-withdrawn-by-its-own",
          "To be the person who requested it, or the role of an authoriser.",
        );
  }
  if (!decides) {
    const roles = policy.rolesThatMay("authority.decide");
    return refused("role-may-authority-decide", `One of the roles ${roles.join(", ")}.`);
  }
  if (act === "refuse") {
    return isAsker
      ? refused(
          "authority-is-decided-by-another",
          "Another person to decide: you requested it. You can withdraw it.",
        )
      : explained(policy.decideRefusal(by, facts, now));
  }
  if (authority.holders.includes(by.person))
    return refused(
      "authority-serves-others-than-its-approver",
      "Another person to decide: it names you as someone who can rely on it.",
    );
  if (act === "confirm" && authority.decided?.by.id !== by.person)
    return refused(
      "authority-is-confirmed-by-its-giver",
      `Confirmation by ${authority.decided?.by.fullName ?? "whoever gave it"}, who gave it.`,
    );
  return explained(policy.decideAuthority(by, facts, now));
}

/** What is needed where no sentence permits: nothing else would say so. */
const WHO_DECIDES =
  "an authoriser decides on authorities to investigate, an auditor or a data protection officer on those for an audit or a person's rights.";

const explained = (approval: Approval, before = "Another role: "): Approval =>
  approval.allowed || !approval.rules.includes(NOTHING_PERMITS)
    ? approval
    : { ...approval, needed: [`${before}${WHO_DECIDES}`] };

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
  caller: Principal,
  policy: MayDecide,
  {
    now,
    access,
  }: {
    readonly now: number;
    readonly access: Pick<PolicyNumbers["access"], "ranks" | "exceptionalCriteria">;
  },
): string {
  const someone = (role: Role, rank: string | null): Principal => ({
    ...caller,
    person: -1,
    roles: [role],
    standing: { ...caller.standing, rank },
  });
  /** The roles that may at the lowest rank at which any may. */
  const lowest = (exceptional: string | null): { rank: string | null; roles: readonly Role[] } | undefined =>
    [null, ...access.ranks]
      .map((rank) => ({
        rank,
        roles: policy
          .rolesThatMay("authority.decide")
          .filter(
            (role) => policy.decideAuthority(someone(role, rank), { ...request, exceptional }, now).allowed,
          ),
      }))
      .find(({ roles }) => roles.length > 0);
  const plain = lowest(null);
  if (plain !== undefined) {
    const rank = plain.rank === null ? "" : ` of the rank of ${plain.rank} or above`;
    return `${sayApprovers(plain.roles)} of your organisation${rank} can approve this.`;
  }
  const [criterion] = access.exceptionalCriteria;
  const exceptional = criterion === undefined ? undefined : lowest(criterion.name);
  if (exceptional === undefined) return "Nobody in your organisation can approve this as it stands.";
  const rank = exceptional.rank === null ? "an authoriser" : `the rank of ${exceptional.rank} or above`;
  return `Only ${rank} can approve this, and only by naming an exceptional criterion.`;
}

/** Authorisers; for audits and the rights of people outside, those who watch over the organisation. */
const sayApprovers = (roles: readonly Role[]): string =>
  roles.includes("authoriser") ? "An authoriser" : "An auditor or a data protection officer";
