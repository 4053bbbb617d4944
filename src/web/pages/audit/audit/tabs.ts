import { mayDo, type Action } from "../../../../policy/roles.ts";
import { paths } from "../../../paths.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type Tab = "search" | "samples" | "findings" | "charts";

const TABS: readonly (readonly [Tab, string, string, Action])[] = [
  ["search", "Search the log", paths.audit(), "audit.search"],
  ["samples", "Samples", paths.auditSamples(), "audit.review"],
  ["findings", "Findings", paths.findings(), "audit.search"],
  ["charts", "Patterns of use", paths.auditCharts(), "audit.charts"],
];

/** What auditors do, as links above each of their pages: those that the person may open. */
export const tabsFor = ({ roles }: Pick<Caller, "roles">, here: Tab) =>
  TABS.filter(([, , , action]) => mayDo(roles, action)).map(([tab, text, href]) => ({
    text,
    href,
    here: tab === here,
  }));
