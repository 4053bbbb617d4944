import { resolve } from "node:path";
import { Audited } from "../audit/audited.ts";
import type { Settings } from "../config.ts";
import type { Logger } from "../observe/log.ts";
import type { PolicyInForce } from "../policy/in-force.ts";
import { PackKeeper } from "../policy/pack-keeper.ts";
import type { Closing } from "./closing.ts";
import type { Stores } from "./stores.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

export interface PolicyParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly logger: Logger;
  /** Hears of a look for the next pack that failed. */
  readonly failed: (error: unknown) => void;
  readonly closing: Closing;
  readonly now: () => number;
}

/** The policy pack in force, and who looks for the next one. Before it is open nobody may do anything. */
export async function openPolicy({
  settings,
  stores,
  logger,
  failed,
  closing,
  now,
}: PolicyParts): Promise<PackKeeper> {
  const keeper = await PackKeeper.start({
    store: stores.policyPacks,
    audited: new Audited(stores.audit),
    folder: resolve(settings.policyPack),
    adopt: settings.adoptPolicyPack,
    now,
  });
  closing.add(keeper.follow(failed));
  if (keeper.folderDiffers !== null)
    logger.warn({ event: "policy-pack-differs", inForce: keeper.policy.pack.id, why: keeper.folderDiffers });
  return keeper;
}

/** The pack's numbers about coming in, of whichever pack is in force when they are looked at. */
export const numbersInForce = (policy: PolicyInForce): Pick<PolicyPack, "session" | "accounts"> => ({
  get session() {
    return policy.pack.session;
  },
  get accounts() {
    return policy.pack.accounts;
  },
});
