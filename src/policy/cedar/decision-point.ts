import {
  preparsePolicySet,
  statefulIsAuthorized,
  type CedarValueJson,
  type EntityJson,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Action, DecisionName } from "../roles.ts";
import type { PolicyRule } from "./rules.ts";

/** An entity a decision looks at. */
export interface Party {
  readonly type: string;
  readonly id: string;
  readonly attrs: Record<string, CedarValueJson>;
  /** Ids of the roles it is in. */
  readonly roles?: readonly string[];
}

/** How the sentences about one action answered. */
export interface Verdict {
  readonly allowed: boolean;
  /** The sentences that permitted, or those that forbade; none forbade where nothing permitted. */
  readonly because: readonly PolicyRule[];
}

/** Decides one action by the sentences that speak about it; they are parsed once, here. */
export class DecisionPoint {
  readonly rules: readonly PolicyRule[];
  readonly #action: string;
  readonly #parsed: string;
  readonly #byName: ReadonlyMap<string, PolicyRule>;

  /** @param pack tells packs apart that this process knows: the digest */
  constructor(pack: string, action: Action | DecisionName, rules: readonly PolicyRule[]) {
    this.rules = rules.filter(({ actions }) => actions.includes(action));
    this.#action = action;
    this.#parsed = `${pack} ${action}`;
    this.#byName = new Map(this.rules.map((rule) => [rule.name, rule]));
    const policies = Object.fromEntries(this.rules.map(({ name, json }) => [name, json]));
    const parsed = preparsePolicySet(this.#parsed, { staticPolicies: policies });
    if (parsed.type === "failure") throw new Error(parsed.errors.map(({ message }) => message).join("; "));
  }

  /** @throws Error when a sentence cannot be applied: one that fails would otherwise count as not forbidding */
  decide(principal: Party, resource: Party, context: Record<string, CedarValueJson> = {}): Verdict {
    const answer = statefulIsAuthorized({
      preparsedPolicySetId: this.#parsed,
      principal: { type: principal.type, id: principal.id },
      action: { type: "Action", id: this.#action },
      resource: { type: resource.type, id: resource.id },
      context,
      entities: [entityOf(principal), entityOf(resource)],
    });
    if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join("; "));
    const { decision, diagnostics } = answer.response;
    if (diagnostics.errors.length > 0) {
      throw new Error(
        diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`).join("; "),
      );
    }
    const because = diagnostics.reason.map((name) => this.#byName.get(name) as PolicyRule);
    return { allowed: decision === "allow", because: this.rules.filter((rule) => because.includes(rule)) };
  }
}

const entityOf = ({ type, id, attrs, roles = [] }: Party): EntityJson => ({
  uid: { type, id },
  attrs,
  parents: roles.map((role) => ({ type: "Role", id: role })),
});
