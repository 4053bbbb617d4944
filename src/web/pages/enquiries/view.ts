import type { Enquiries } from "../../../enquiry/question.ts";
import { formWith, type Form } from "../../form.ts";
import { paths } from "../../paths.ts";
import type { WebPorts } from "../../ports.ts";
import { sayTime, toLocalInput } from "../../words/london-time.ts";
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

/** A form as it first appears: the last 24 hours, and what a link carried. */
export function blankEnquiry(
  now: number,
  query: { kind?: string; vrm?: string },
  authorities: Authorities,
): Form<EnquiryField> {
  const empty = Object.fromEntries(ENQUIRY_FIELDS.map((field) => [field, ""])) as Record<
    EnquiryField,
    string
  >;
  return formWith(
    {
      ...empty,
      kind: KIND_WORDS[query.kind ?? ""] === undefined ? "vrm" : String(query.kind),
      vrm: (query.vrm ?? "").slice(0, 64),
      authority: authorities.length === 1 ? (authorities[0]?.reference ?? "") : "",
      from: toLocalInput(now - DAY_MS),
      to: toLocalInput(now + MINUTE_MS),
    },
    [],
  );
}

export interface RefusalShown {
  readonly detail: string;
  readonly rules: readonly string[];
  readonly needed: readonly string[];
}

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
    kinds: Object.entries(KIND_WORDS).map(([value, text]) => ({
      value,
      text,
      checked: form.values.kind === value,
    })),
    noAuthority: authorities.length === 0,
    authorities: [
      option("", "Choose an authority"),
      ...authorities.map((a) =>
        option(a.reference, `${a.reference}: ${a.purpose}, until ${sayTime(a.until).short}`),
      ),
    ],
    mine: mine.map((one) => ({
      ...one,
      kind: KIND_WORDS[one.kind] ?? one.kind,
      asked: sayTime(one.asked),
      href: paths.enquiry(one.id),
      found: one.count === null ? "" : one.count.toLocaleString("en-GB"),
      open: one.outcome === "answered" || one.outcome === "asked",
    })),
  };
}
