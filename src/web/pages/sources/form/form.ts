import type { Agreement, SourceChange } from "../../../../source/source.ts";
import type { AskedSource } from "../../../../source/sources.ts";
import { valuesOf, type FieldError } from "../../../form.ts";

export const AGREEMENT_FIELDS = [
  "party",
  "reference",
  "purpose",
  "legalBasis",
  "from",
  "until",
  "document",
] as const;
export const SOURCE_FIELDS = [
  "name",
  "organisation",
  "protocol",
  "credential",
  "aggregator",
  "allowedNetworks",
  "positionUnit",
  "compoundReply",
  "timeZone",
  "nrd",
  ...AGREEMENT_FIELDS,
  "reason",
  "version",
] as const;
export type SourceField = (typeof SOURCE_FIELDS)[number];
export type SourceValues = Record<SourceField, string>;

/** Where the room's names of members are not those of the form. */
export const FIELD_OF: Readonly<Record<string, string>> = {
  name: "name",
  protocol: "protocol",
  byAddress: "credential",
  hasPathKey: "credential",
  allowedNetworks: "allowedNetworks",
  timeZone: "timeZone",
  nrd: "nrd",
  agreement: "party",
  ...Object.fromEntries(AGREEMENT_FIELDS.map((field) => [`agreement.${field}`, field])),
};

export interface FilledForm {
  readonly values: SourceValues;
  readonly errors: readonly FieldError[];
}

/** Reads the form of a source. What only the room can judge is left to it. */
export function readSourceForm(body: unknown, what: "new" | "change"): FilledForm {
  const values = valuesOf(body, SOURCE_FIELDS);
  const errors: FieldError[] = [];
  const blame = (field: SourceField, message: string): void => void errors.push({ field, message });
  if (values.name === "") blame("name", "Enter a name");
  if (what === "new") {
    if (values.protocol === "") blame("protocol", "Select a protocol");
    if (values.aggregator === "") blame("aggregator", "Select which cameras it sends for");
    if (values.nrd !== "" && !/^[1-9]\d{0,8}$/.test(values.nrd)) blame("nrd", "Enter a camera’s number");
  }
  if (what === "change" && values.reason.length < 3) blame("reason", "Enter a reason, for the record");
  return { values, errors };
}

/** The agreement as filled in; null where all of it was left empty. */
function agreementOf(values: SourceValues): Agreement | null {
  if (AGREEMENT_FIELDS.every((field) => values[field] === "")) return null;
  const { party, reference, purpose, legalBasis, from, until, document } = values;
  return { party, reference, purpose, legalBasis, from, until, document };
}

const networksOf = ({ allowedNetworks }: SourceValues): readonly string[] =>
  allowedNetworks.split(/[\s,;]+/).filter((network) => network !== "");

/** What is asked of a new source, once nothing is wrong with the form itself. */
export const askedOf = (values: SourceValues): AskedSource => ({
  name: values.name,
  ...(values.organisation === "" ? {} : { organisation: values.organisation }),
  protocol: values.protocol,
  aggregator: values.aggregator === "yes",
  byAddress: values.credential === "address",
  hasPathKey: values.credential === "path",
  allowedNetworks: networksOf(values),
  positionUnit: values.positionUnit === "arc-minutes" ? "arc-minutes" : "degrees",
  timeZone: values.timeZone,
  compoundReply: values.compoundReply === "string" ? "string" : "array",
  nrd: values.nrd === "" ? null : Number(values.nrd),
  agreement: agreementOf(values),
});

/** The change that the form says. */
export const changeOf = (values: SourceValues): SourceChange => ({
  name: values.name,
  allowedNetworks: networksOf(values),
  agreement: agreementOf(values),
});
