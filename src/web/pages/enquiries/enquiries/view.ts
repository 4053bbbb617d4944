import type { Authority } from "../../../../authority/authority-store.ts";
import { mayBeAnswered, reliedOn, type Enquiry } from "../../../../enquiry/enquiry.ts";
import { kindOf, kindTitle, QUESTION_KINDS } from "../../../../enquiry/kinds.ts";
import { LEVEL_MEANINGS, PURPOSE_MEANINGS, type Meaning } from "../../../../policy/purpose.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import type { WebParts } from "../../../web-parts.ts";
import { sayTime, toLocalInput } from "../../../words/london-time.ts";
import type { refusalOf } from "../enquiry/view.ts";
import { ENQUIRY_FIELDS, type EnquiryField } from "./form.ts";
import { kindForm, type KindField, type TextField } from "./kind-forms.ts";

type Authorities = readonly Pick<Authority, "reference" | "level" | "until">[];

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const sayLevel = (level: string): string => LEVEL_MEANINGS.find(({ name }) => name === level)?.title ?? level;

/** A form as it first appears: the last 24 hours, what a link carried, and the authority where there is but one. */
export function blankEnquiry(
  now: number,
  query: { kind?: string; vrm?: string; authority?: string },
  authorities: Authorities,
): Form<EnquiryField> {
  const empty = Object.fromEntries(ENQUIRY_FIELDS.map((field) => [field, ""])) as Record<
    EnquiryField,
    string
  >;
  const [first, second] = authorities;
  const only = second === undefined ? first : undefined;
  const wanted = authorities.find(({ reference }) => reference === query.authority);
  return formWith(
    {
      ...empty,
      kind: QUESTION_KINDS.find((kind) => kind === query.kind) ?? QUESTION_KINDS[0],
      vrm: (query.vrm ?? "").slice(0, 64),
      authority: (wanted ?? only)?.reference ?? "",
      from: toLocalInput(now - DAY_MS),
      to: toLocalInput(now + MINUTE_MS),
    },
    [],
  );
}

export type RefusalShown = ReturnType<typeof refusalOf>;

/** A closed set as the choices of a select; what each means is said in its own words. */
const choices = (first: string, meanings: readonly Meaning<string>[], chosen: string) => [
  { value: "", text: first },
  ...meanings.map(({ name, title }) => ({ value: name, text: title, selected: name === chosen })),
];

/** A text field of a kind as the input component takes it; `before` is the line above it. */
const inputOf = (field: TextField<KindField>, form: Form<EnquiryField>, pack: WebParts["pack"]) => {
  const hint = typeof field.hint === "function" ? field.hint(pack) : field.hint;
  return {
    before: field.before?.(pack) ?? "",
    input: {
      id: field.name,
      name: field.name,
      label: { text: field.label },
      value: form.values[field.name],
      errorMessage: form.errors[field.name],
      spellcheck: false,
      autocomplete: "off",
      ...(hint === undefined ? {} : { hint: { text: hint } }),
      ...(field.classes === undefined ? {} : { classes: field.classes }),
      ...(field.suffix === undefined ? {} : { suffix: { text: field.suffix } }),
      ...(field.inputmode === undefined ? {} : { inputmode: field.inputmode }),
      ...(field.autocapitalize === undefined ? {} : { autocapitalize: field.autocapitalize }),
    },
  };
};

/** What the page of enquiries says: the form, and the caller's own recent enquiries. */
export function enquiriesView(parts: {
  form: Form<EnquiryField>;
  authorities: Authorities;
  mine: readonly Enquiry[];
  pack: WebParts["pack"];
  refusal?: RefusalShown;
}) {
  const { form, authorities, mine, pack, refusal } = parts;
  const option = (value: string, text: string) => ({
    value,
    text,
    selected: value === form.values.authority,
  });
  return {
    pageTitle: "Enquiries",
    form,
    hasErrors: form.summary.length > 0,
    refusal: refusal ?? null,
    pack,
    levelMeanings: LEVEL_MEANINGS,
    purposeMeanings: PURPOSE_MEANINGS,
    kinds: QUESTION_KINDS.map((kind) => ({
      value: kind,
      text: kindTitle(kind),
      checked: form.values.kind === kind,
      fields: kindForm(kind).fields.map((field) => inputOf(field, form, pack)),
    })),
    purposes: choices("Select a purpose", PURPOSE_MEANINGS, form.values.purpose),
    levels: choices("Select a level", LEVEL_MEANINGS, form.values.level),
    authorities: [
      option("", "None: I will give details of my case below"),
      ...authorities.map((a) =>
        option(a.reference, `${a.reference}: ${sayLevel(a.level)}, until ${sayTime(a.until).short}`),
      ),
    ],
    mine: mine.map((one) => ({
      about: kindOf(one.question).sayBriefly(one.question),
      period: { from: sayTime(one.question.from).short, to: sayTime(one.question.to).short },
      asked: sayTime(one.asked),
      reason: one.reason,
      authority: reliedOn(one),
      outcome: one.outcome,
      href: paths.enquiry(one.id),
      found: one.count === null ? "" : one.count.toLocaleString("en-GB"),
      open: mayBeAnswered(one),
    })),
  };
}
