import type { AuditEntry, HiddenEntries } from "../audit/audit-log.ts";
import { ALL_ACTIONS } from "../audit/vocabulary.ts";
import { MONITORING } from "../identity/monitoring/protective-monitoring.ts";
import type { Caller } from "../identity/caller.ts";
import { mayDo } from "../policy/roles.ts";

const OF_SUSPICIONS = ALL_ACTIONS.filter((action) => action.startsWith("suspicion."));

/**
 * What the log does not show somebody of suspicions (ACC-8): those about themselves to nobody, and none at all to whoever may not
 * see suspicions. What monitoring did to an account because of one belongs to it.
 */
export const hiddenFrom = ({ roles, username }: Pick<Caller, "roles" | "username">): HiddenEntries => ({
  actions: OF_SUSPICIONS,
  actor: MONITORING,
  about: mayDo(roles, "suspension.see") ? username : null,
});

/** Whether an entry is one of those. */
export const isHidden = (
  { action, actor, subject }: Pick<AuditEntry, "action" | "actor" | "subject">,
  hidden: HiddenEntries,
): boolean =>
  (hidden.actions.includes(action) || actor === hidden.actor) &&
  (hidden.about === null || subject["account"] === hidden.about);
