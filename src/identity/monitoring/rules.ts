import { ALL_ACTIONS, type AuditAction } from "../../audit/vocabulary.ts";
import type { PolicyNumbers } from "../../policy/pack/numbers.ts";

/** One rule of the pack: what to count, how often within how many minutes is too often, and what happens then. */
export type MonitoringRule = PolicyNumbers["monitoring"][number];
export type SuspicionKind = MonitoringRule["kind"];

/** Wrong proofs of who somebody is: they are counted where they are given, and end the session or hold the account. */
const PROOFS: readonly AuditAction[] = [
  "session.refuse",
  "session.step-up",
  "person.enrol",
  "password.change",
];
/** Whatever somebody may be refused by who they are: the role, the network, another's organisation, hit, list or authority. */
const REFUSED: readonly AuditAction[] = ALL_ACTIONS.filter((action) => !PROOFS.includes(action));

/** The entries of the log after which a kind of rule is looked at again. */
export const ENTRIES_OF: Readonly<Record<SuspicionKind, readonly AuditAction[]>> = {
  "refusal-burst": REFUSED,
  "vrm-enumeration": ["enquiry.ask"],
  "pages-past-limit": ["enquiry.ask", "enquiry.page"],
  "impossible-sign-in": ["session.open"],
  "enquiry-rate": ["enquiry.ask"],
  "repeated-target": ["enquiry.ask"],
};

/** Every action that some rule looks at however it ended; of all others a refusal is looked at. */
export const WATCHED_ACTIONS: readonly AuditAction[] = [
  ...new Set(
    Object.entries(ENTRIES_OF).flatMap(([kind, actions]) => (kind === "refusal-burst" ? [] : actions)),
  ),
];

/** The rules that entries of these actions may have to do with. */
export const rulesAbout = (
  actions: readonly string[],
  rules: readonly MonitoringRule[],
): readonly MonitoringRule[] =>
  rules.filter(({ kind }) => ENTRIES_OF[kind].some((action) => actions.includes(action)));
