import type { AuditEntryView } from "../../../../api/audit/views.ts";
import { sayTime } from "../../../words/london-time.ts";

const LABELS: Readonly<Record<string, string>> = {
  vrm: "VRM",
  pattern: "Part of a VRM",
  nrds: "Cameras",
  nrd: "Camera",
  authority: "Authority",
  reference: "Case reference",
  purpose: "Purpose",
  level: "Level of investigation",
  reason: "Reason",
  kind: "Enquiry about",
  from: "From",
  to: "To",
  count: "Reads found",
  rules: "Rules that applied",
  policyPack: "Policy pack",
  enquiry: "Enquiry",
  filter: "Searched for",
};

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const KINDS: Readonly<Record<string, string>> = { vrm: "a VRM", place: "a place", partial: "part of a VRM" };

function inWords(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "string") return MOMENT.test(value) ? sayTime(value).full : value;
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  return JSON.stringify(value);
}

/** What an entry says besides who and when, a line each; those that matter most come first. */
export function membersOf({ subject, redacted }: AuditEntryView) {
  const order = Object.keys(LABELS);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [
    ...Object.keys(subject)
      .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
      .map((name) => ({
        name: LABELS[name] ?? name,
        value:
          name === "kind" ? (KINDS[String(subject[name])] ?? inWords(subject[name])) : inWords(subject[name]),
      })),
    ...redacted.map((name) => ({ name: LABELS[name] ?? name, value: "taken out of the log" })),
  ];
}
