import { join } from "node:path";
import { PolicyInForce } from "../../src/policy/in-force.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";

/** The policy pack we ship, in force: importing this lets roles do what it says. */
export const shippedPolicy = new PolicyInForce(loadPolicyPack(join(projectRoot, "policies/uk")));
