import type { SuspicionSeen } from "../../identity/monitoring/decision.ts";
import type { SuspicionView } from "./views.ts";

/** A suspicion as the API shows it to somebody. */
export const presentSuspicion = (suspicion: SuspicionSeen): SuspicionView => ({
  id: String(suspicion.id),
  account: {
    username: suspicion.person.username,
    fullName: suspicion.person.fullName,
    roles: [...suspicion.person.roles],
    state: suspicion.person.state,
  },
  organisation: { code: suspicion.organisation.code, name: suspicion.organisation.name },
  at: suspicion.at.toISOString(),
  rule: suspicion.rule,
  effect: suspicion.effect,
  why: suspicion.why,
  count: suspicion.evidence.count,
  entries: [...suspicion.evidence.entries],
  decided: suspicion.decided?.toISOString() ?? null,
  decidedBy: suspicion.decidedBy,
  decision: suspicion.decision,
  reason: suspicion.reason,
  mayDecide: suspicion.mayDecide,
});
