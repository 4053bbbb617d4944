import type { Packs } from "../../../../policy/packs.ts";
import type { PackRecord } from "../../../../policy/pack-store.ts";
import type { PolicyRule } from "../../../../policy/cedar/rules.ts";
import { fillIn } from "../../../../policy/pack/placeholders.ts";
import { ACTIONS, rolesThatMay } from "../../../../policy/roles.ts";
import type { Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRolesIn } from "../../../words/roles.ts";
import type { PolicyPack } from "../../../../policy/policy-pack.ts";

export const PROPOSAL_FIELDS = ["folder", "effectiveFrom", "reason"] as const;
export type ProposalField = (typeof PROPOSAL_FIELDS)[number];

const STATE_WORDS: Readonly<Record<PackRecord["state"], string>> = {
  proposed: "Waiting for another person",
  approved: "Approved",
  refused: "Refused",
};

/** How a version stands at a moment, beside the pack in force. */
export function sayPackState(
  { digest, state, effectiveFrom }: PackRecord,
  inForce: string,
  now: number,
): string {
  if (digest === inForce) return "In force";
  return state === "approved" && effectiveFrom > now ? "Approved, not yet in force" : STATE_WORDS[state];
}

const byRole = (rule: PolicyRule): boolean =>
  rule.actions.some((action) => (ACTIONS as readonly string[]).includes(action));

/** The law as data: its sentences with their sources, its numbers, and who brought which version in (RET-4). */
export function policyView(parts: {
  policy: Packs;
  versions: readonly PackRecord[];
  mayPropose: boolean;
  now: number;
  form: Form<ProposalField>;
  notice: string;
  conflict: string;
}) {
  const { policy, versions, mayPropose, now, form, notice, conflict } = parts;
  const { pack } = policy;
  const says = (rules: readonly PolicyRule[]) => rules.map((rule) => sayRule(rule, pack));
  return {
    pageTitle: "Policy",
    pack,
    form,
    hasErrors: form.summary.length > 0,
    notice,
    conflict,
    folderDiffers: policy.folderDiffers ?? "",
    restartNeeded: policy.restartNeeded,
    mayPropose,
    parts: [
      { id: "roles", title: "What each role may do", rules: says(pack.rules.filter(byRole)) },
      {
        id: "questions",
        title: "When an enquiry may be answered",
        rules: says(pack.rules.filter(({ actions }) => actions.includes("answer"))),
      },
      {
        id: "others",
        title: "Cameras, hits, exports and authorities",
        rules: says(pack.rules.filter((rule) => !byRole(rule) && !rule.actions.includes("answer"))),
      },
    ],
    numbers: numbersOf(JSON.parse(pack.texts["numbers.json"])),
    versions: versions.map((one) => ({
      ...one,
      short: one.digest.slice(0, 12),
      href: paths.policyPack(one.digest),
      waits: one.state === "proposed",
      stateWords: sayPackState(one, pack.digest, now),
      effectiveFrom: sayTime(one.effectiveFrom),
      proposer: one.proposedBy?.username ?? "the installation",
      decider: one.decidedBy?.username ?? "",
    })),
  };
}

/** A sentence as it is shown; what it needs has the numbers of its own pack. */
export const sayRule = ({ name, effect, says, source, needed, text }: PolicyRule, pack: PolicyPack) => ({
  name,
  effect,
  says,
  source,
  needed: sayRolesIn(fillIn(needed, pack, rolesThatMay)),
  text,
});

/** Every number by its name; lists of words in one line, lists of named things one line each. */
function numbersOf(value: unknown, path = ""): readonly { name: string; value: string }[] {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  if (!isRecord(value)) {
    if (!Array.isArray(value)) return [{ name: path, value: String(value) }];
    if (!value.some(isRecord)) return [{ name: path, value: value.join(", ") }];
    return value.filter(isRecord).map(({ name, id, ...rest }) => ({
      name: at(String(name ?? id)),
      value: Object.entries(rest)
        .map(([key, member]) => `${key} ${String(member)}`)
        .join("; "),
    }));
  }
  return Object.entries(value).flatMap(([key, member]) => numbersOf(member, at(key)));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
