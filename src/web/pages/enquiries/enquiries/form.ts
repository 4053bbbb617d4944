import type { Basis } from "../../../../enquiry/basis.ts";
import { QUESTION_KINDS, type Question, type QuestionKind } from "../../../../enquiry/kinds.ts";
import { isLevel, isPurpose } from "../../../../policy/purpose.ts";
import { formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { londonToEpoch } from "../../../words/london-time.ts";
import { kindForm, type KindField } from "./kind-forms.ts";

const COMMON_FIELDS = ["kind", "authority", "purpose", "level", "reference", "reason", "from", "to"] as const;
export type EnquiryField = (typeof COMMON_FIELDS)[number] | KindField;

/** Every field there is, those of all kinds among them: what was typed for one is kept where another is chosen. */
export const ENQUIRY_FIELDS: readonly EnquiryField[] = [
  ...COMMON_FIELDS,
  ...QUESTION_KINDS.flatMap((kind) => kindForm(kind).fields.map(({ name }) => name)),
];

/** The API's names for what the fields of a kind hold, so that its errors find their field. */
export const fieldsOf = (kind: QuestionKind): Readonly<Record<string, EnquiryField>> => ({
  ...Object.fromEntries(ENQUIRY_FIELDS.map((field) => [field, field])),
  ...kindForm(kind).fieldOf,
});

interface Asked extends Basis {
  readonly question: Question;
}

type Values = Record<EnquiryField, string>;
type Blame = (field: EnquiryField, message: string) => void;
const TIME_HINT = "Enter the date and time like 22/11/2026 08:15";

function period(values: Values, blame: Blame): { from: number; to: number } {
  const from = londonToEpoch(values.from, "from");
  const to = londonToEpoch(values.to, "to");
  if (from === null)
    blame("from", values.from === "" ? "Enter when the period starts" : `${TIME_HINT} (start of the period)`);
  if (to === null)
    blame("to", values.to === "" ? "Enter when the period ends" : `${TIME_HINT} (end of the period)`);
  if (from !== null && to !== null && from >= to)
    blame("to", "The end of the period must be after its start");
  return { from: from ?? 0, to: to ?? 0 };
}

/** Reads the form for a new enquiry: what is asked, or the form as typed with every error. */
export function readEnquiry(body: unknown): { asked: Asked; values: Values } | { form: Form<EnquiryField> } {
  const values = valuesOf(body, ENQUIRY_FIELDS);
  const errors: FieldError[] = [];
  const blame: Blame = (field, message) => void errors.push({ field, message });
  const basis = basisOf(values, blame);
  if (values.reason === "") blame("reason", "Enter why you are asking");
  const kind = QUESTION_KINDS.find((known) => known === values.kind);
  if (kind === undefined) blame("kind", "Select what you want to ask about");
  const question =
    kind === undefined
      ? null
      : ({ kind, ...period(values, blame), ...kindForm(kind).read(values, blame) } as Question);
  if (question === null || errors.length > 0) return { form: formWith(values, errors) };
  return { asked: { ...basis, reason: values.reason, question }, values };
}

/** The authority relied on; without one, what is stated instead. */
function basisOf(values: Values, blame: Blame): Omit<Basis, "reason"> {
  if (values.authority !== "") return { authority: values.authority };
  const { purpose, level, reference } = values;
  if (!isPurpose(purpose)) blame("purpose", "Select a purpose, or an authority");
  if (!isLevel(level)) blame("level", "Select a level, or an authority");
  if (reference === "")
    blame("reference", "Enter the reference of your case or operation, or select an authority");
  return {
    reference,
    ...(isPurpose(purpose) ? { purpose } : {}),
    ...(isLevel(level) ? { level } : {}),
  };
}
