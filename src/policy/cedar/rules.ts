import {
  policySetTextToParts,
  policyToJson,
  validate,
  type PolicyJson,
} from "@cedar-policy/cedar-wasm/nodejs";

/** One sentence of `access.cedar`. */
export interface PolicyRule {
  /** Shown on screen and written to the log with every decision. */
  readonly name: string;
  readonly effect: "permit" | "forbid";
  /** The Cedar actions it speaks about. */
  readonly actions: readonly string[];
  /** What it says, in plain English. */
  readonly says: string;
  readonly source: string;
  /** What somebody it refuses would need; {…} stands for a number of the pack. Empty for a permission. */
  readonly needed: string;
  /** The sentence itself. */
  readonly text: string;
  readonly json: PolicyJson;
}

const NAME = /^[a-z][a-z']*(-[a-z']+)*$/;

/**
 * The sentences of a policy text in their order there, checked against the schema and against our own form: each is named
 * once, says what it says and whence, is about named actions, and tells whom it refuses what would be needed.
 * @returns the rules, and everything that is wrong; rules are only to be used when nothing is
 */
export function readRules(text: string, schema: string): { rules: PolicyRule[]; wrong: string[] } {
  const parts = policySetTextToParts(text);
  if (parts.type === "failure") return { rules: [], wrong: parts.errors.flatMap(sayError) };
  const wrong = parts.policy_templates.map((template) => `a template is not a sentence: ${template}`);
  const rules = parts.policies.map((policy) => readRule(policy, wrong));
  rules.sort((a, b) => text.indexOf(`@id("${a.name}")`) - text.indexOf(`@id("${b.name}")`));
  const twice = rules.filter(({ name }, index) => rules.findIndex((rule) => rule.name === name) !== index);
  wrong.push(...twice.map(({ name }) => `${name}: two sentences have this name`));
  const policies = Object.fromEntries(rules.map(({ name, json }) => [name, json]));
  const checked = validate({ schema, policies: { staticPolicies: policies } });
  if (checked.type === "failure") wrong.push(...checked.errors.flatMap(sayError));
  else {
    const findings = [...checked.validationErrors, ...checked.validationWarnings];
    wrong.push(...findings.map(({ policyId, error }) => `${policyId}: ${error.message}`));
  }
  return { rules, wrong };
}

function readRule(text: string, wrong: string[]): PolicyRule {
  const parsed = policyToJson(text);
  if (parsed.type === "failure") throw new Error(`Cedar cannot read its own text back: ${text}`);
  const { json } = parsed;
  const { id: name = "", says = "", source = "", needed = "" } = json.annotations ?? {};
  const actions = actionsOf(json);
  const complain = (message: string): void => void wrong.push(`${name || text.slice(0, 60)}: ${message}`);
  if (!NAME.test(name)) complain("@id must be small letters and hyphens");
  if (says === "") complain("@says is missing");
  if (source === "") complain("@source is missing");
  if ((needed === "") === (json.effect === "forbid"))
    complain("@needed belongs to sentences that forbid, and to all of them");
  if (actions.length === 0) complain("it must name its actions");
  return { name, effect: json.effect, actions, says, source, needed, text, json };
}

function actionsOf({ action }: PolicyJson): string[] {
  if (!("entity" in action || "entities" in action)) return [];
  const entities = "entities" in action ? action.entities : [action.entity];
  return entities.map((entity) => ("__entity" in entity ? entity.__entity.id : entity.id));
}

const sayError = (error: { message: string; related?: { message: string }[] }): string[] => [
  error.message,
  ...(error.related ?? []).map(({ message }) => message),
];
