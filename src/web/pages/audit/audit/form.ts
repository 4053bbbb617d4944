import type { AuditQuestion } from "../../../../oversight/entries.ts";
import { HEADS, OUTCOMES } from "../../../../api/audit/views.ts";
import { isAuditAction } from "../../../../audit/vocabulary.ts";
import { formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { londonToEpoch } from "../../../words/london-time.ts";

export const SEARCH_FIELDS = [
  "actor",
  "vrm",
  "authority",
  "nrd",
  "head",
  "action",
  "outcome",
  "from",
  "to",
  "organisation",
  "reason",
] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];
export type SearchValues = Record<SearchField, string>;

const oneOf = <Value extends string>(values: readonly Value[], text: string): Value | undefined =>
  values.find((value) => value === text);

const LARGEST = 2 ** 31 - 1;
const numberOf = (text: string): number | undefined =>
  /^[1-9]\d{0,9}$/.test(text) && Number(text) <= LARGEST ? Number(text) : undefined;

/** Reads the search form: what is looked for, or the form as typed with every error. */
export function readSearch(
  query: unknown,
):
  | { question: AuditQuestion; reason: string | undefined; values: SearchValues }
  | { form: Form<SearchField> } {
  const values = valuesOf(query, SEARCH_FIELDS);
  const errors: FieldError[] = [];
  const time = (field: "from" | "to"): number | undefined => {
    if (values[field] === "") return undefined;
    const epoch = londonToEpoch(values[field], field);
    if (epoch === null) errors.push({ field, message: "Enter the date and time like 22/11/2026 08:15" });
    return epoch ?? undefined;
  };
  const nrd = numberOf(values.nrd);
  if (values.nrd !== "" && nrd === undefined)
    errors.push({ field: "nrd", message: "Enter the camera’s register number, like 12" });
  const question: AuditQuestion = {
    actor: values.actor === "" ? undefined : values.actor.toLowerCase(),
    vrm: values.vrm === "" ? undefined : values.vrm,
    authority: values.authority === "" ? undefined : values.authority,
    nrd,
    head: oneOf(HEADS, values.head),
    action: isAuditAction(values.action) ? values.action : undefined,
    outcome: oneOf(OUTCOMES, values.outcome),
    from: time("from"),
    to: time("to"),
    organisation: numberOf(values.organisation),
  };
  if (question.from !== undefined && question.to !== undefined && question.from >= question.to)
    errors.push({ field: "to", message: "The end of the period must be after its start" });
  if (errors.length > 0) return { form: formWith(values, errors) };
  return { question, reason: values.reason === "" ? undefined : values.reason, values };
}
