import type { NrdState } from "../read/nrd.ts";

/**
 * The life of an NRD: proposed → live ⇄ suspended or faulty; decommissioned from anywhere, and never back, because a new
 * collection needs a new assessment (NAI-4, NAI-5, NAI-6).
 */
export const NRD_ACTIONS = {
  goLive: { from: ["proposed"], to: "live" },
  suspend: { from: ["live", "faulty"], to: "suspended" },
  reportFaulty: { from: ["live"], to: "faulty" },
  resume: { from: ["suspended", "faulty"], to: "live" },
  decommission: { from: ["proposed", "live", "suspended", "faulty"], to: "decommissioned" },
} as const satisfies Record<string, { readonly from: readonly NrdState[]; readonly to: NrdState }>;

export type NrdAction = keyof typeof NRD_ACTIONS;
export const NRD_ACTION_NAMES = Object.keys(NRD_ACTIONS) as readonly NrdAction[];

/** The actions an NRD in a state may take, so that a page offers nothing else. */
export const actionsFrom = (state: NrdState): readonly NrdAction[] =>
  NRD_ACTION_NAMES.filter((action) => (NRD_ACTIONS[action].from as readonly NrdState[]).includes(state));
