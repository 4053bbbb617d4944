import type { AuditAction } from "../../audit/vocabulary.ts";
import type { PolicyNumbers } from "../../policy/pack/numbers.ts";

/** One rule of the pack: what to count, how often within how many minutes is too often, and what happens then. */
export type MonitoringRule = PolicyNumbers["monitoring"][number];
export type SuspicionKind = MonitoringRule["kind"];

/** The entries of the log after which a kind of rule is looked at again. */
export const ENTRIES_OF: Readonly<Record<SuspicionKind, readonly AuditAction[]>> = {
  "refusal-burst": [
    "role.refuse",
    "network.refuse",
    "enquiry.ask",
    "enquiry.page",
    "read.open",
    "read.image",
    "person.add",
    "person.change",
    "person.link",
    "person.suspend",
    "person.reactivate",
    "person.end",
    "organisation.change",
    "provider.configure",
    "suspicion.decide",
    "task.done",
  ],
  "vrm-enumeration": ["enquiry.ask"],
  "pages-past-limit": ["enquiry.ask", "enquiry.page"],
  "impossible-sign-in": ["session.open"],
  "enquiry-rate": ["enquiry.ask"],
  "repeated-target": ["enquiry.ask"],
};

/** Every action that some rule looks at. */
export const WATCHED_ACTIONS: readonly AuditAction[] = [...new Set(Object.values(ENTRIES_OF).flat())];

/** The rules that entries of these actions may have to do with. */
export const rulesAbout = (
  actions: readonly string[],
  rules: readonly MonitoringRule[],
): readonly MonitoringRule[] =>
  rules.filter(({ kind }) => ENTRIES_OF[kind].some((action) => actions.includes(action)));
