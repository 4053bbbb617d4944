import { join } from "node:path";
import type { PolicyPort } from "../../src/api/desks/policy-desk.ts";
import { Problem } from "../../src/errors.ts";
import { PolicyInForce } from "../../src/policy/in-force.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";

/** The policy pack we ship, in force: importing this lets roles do what it says. */
export const shippedPolicy = new PolicyInForce(loadPolicyPack(join(projectRoot, "policies/uk")));

/** The same as people see it, where nothing is proposed. */
export const shippedPolicyPort: PolicyPort = {
  pack: shippedPolicy.pack,
  folderDiffers: null,
  restartNeeded: false,
  folderName: "uk",
  versions: async () => [],
  propose: () => Promise.reject(new Problem("CONFLICT", "This very pack is on record already.")),
  decide: () => Promise.reject(new Problem("NOT_FOUND", "No such policy pack is on record.")),
};
