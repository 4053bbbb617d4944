import { Problem } from "../errors.ts";
import type { NrdState } from "../read/nrd.ts";

/**
 * The life of an NRD: proposed → live ⇄ suspended or faulty; decommissioned from anywhere, and never back, because a new
 * collection needs a new assessment (NAI-4, NAI-5, NAI-6).
 */
export const NRD_ACTIONS = {
  "go-live": { from: ["proposed"], to: "live" },
  suspend: { from: ["live", "faulty"], to: "suspended" },
  "report-faulty": { from: ["live"], to: "faulty" },
  resume: { from: ["suspended", "faulty"], to: "live" },
  decommission: { from: ["proposed", "live", "suspended", "faulty"], to: "decommissioned" },
} as const satisfies Record<string, { readonly from: readonly NrdState[]; readonly to: NrdState }>;

export type NrdAction = keyof typeof NRD_ACTIONS;
export const NRD_ACTION_NAMES = Object.keys(NRD_ACTIONS) as readonly NrdAction[];

/** The actions an NRD in a state may take, so that a page offers nothing else. */
export const actionsFrom = (state: NrdState): readonly NrdAction[] =>
  NRD_ACTION_NAMES.filter((action) => (NRD_ACTIONS[action].from as readonly NrdState[]).includes(state));

/** Why an action was not taken by an NRD as it stands: Problem CONFLICT. */
export const refusalOf = (
  nrd: { readonly id: number; readonly state: NrdState },
  action: NrdAction,
): Problem =>
  new Problem(
    "CONFLICT",
    `NRD ${nrd.id} is ${nrd.state}; ${action} is possible only from ${NRD_ACTIONS[action].from.join(", ")}.`,
  );
