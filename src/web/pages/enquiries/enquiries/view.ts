import type { Enquiries } from "../../../../enquiry/question.ts";
import { LEVEL_MEANINGS, PURPOSE_MEANINGS, type Meaning } from "../../../../policy/purpose.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import type { WebPorts } from "../../../ports.ts";
import { sayTime, toLocalInput } from "../../../words/london-time.ts";
import { sayAbout } from "../../../words/question.ts";
import type { refusalOf } from "../enquiry/view.ts";
import { ENQUIRY_FIELDS, type EnquiryField } from "./form.ts";

type Mine = Awaited<ReturnType<Enquiries["mine"]>>;
type Authorities = Awaited<ReturnType<Enquiries["authorities"]>>;

const KIND_WORDS: Readonly<Record<string, string>> = {
  vrm: "A VRM",
  place: "A place",
  partial: "Part of a VRM",
};
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
      kind: KIND_WORDS[query.kind ?? ""] === undefined ? "vrm" : String(query.kind),
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

/** What the page of enquiries says: the form, and the asker's own recent enquiries. */
export function enquiriesView(parts: {
  form: Form<EnquiryField>;
  authorities: Authorities;
  mine: Mine;
  pack: WebPorts["pack"];
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
    radiusKm: pack.enquiry.areaRadiusMetres / 1000,
    levelMeanings: LEVEL_MEANINGS,
    purposeMeanings: PURPOSE_MEANINGS,
    kinds: Object.entries(KIND_WORDS).map(([value, text]) => ({
      value,
      text,
      checked: form.values.kind === value,
    })),
    purposes: choices("Choose a purpose", PURPOSE_MEANINGS, form.values.purpose),
    levels: choices("Choose a level", LEVEL_MEANINGS, form.values.level),
    authorities: [
      option("", "None: my case, stated below"),
      ...authorities.map((a) =>
        option(a.reference, `${a.reference}: ${sayLevel(a.level)}, until ${sayTime(a.until).short}`),
      ),
    ],
    mine: mine.map((one) => ({
      ...one,
      about: sayAbout(one.question),
      period: { from: sayTime(one.question.from).short, to: sayTime(one.question.to).short },
      asked: sayTime(one.asked),
      href: paths.enquiry(one.id),
      found: one.count === null ? "" : one.count.toLocaleString("en-GB"),
      open: one.outcome === "answered" || one.outcome === "asked",
    })),
  };
}
