import type { AuthorityPreview } from "../../../../authority/authorities.ts";
import { sayGoodReason } from "../../../../authority/check-request.ts";
import type { Problem } from "../../../../errors.ts";
import { LEVEL_MEANINGS, PURPOSE_MEANINGS, type Meaning } from "../../../../policy/purpose.ts";
import type { Form } from "../../../form.ts";
import type { WebParts } from "../../../web-parts.ts";
import { sayLevel, sayPurpose, sayScope } from "../../../words/authority.ts";
import { sayTime, toLocalInput } from "../../../words/london-time.ts";
import { refusalOf } from "../../enquiries/enquiry/view.ts";
import { REQUEST_FIELDS, type RequestField } from "./form.ts";

type Values = Record<RequestField, string>;

const DAY_MS = 86_400_000;

/**
 * A form as it first appears, with a period that reaches as far back as the ordinary one and as far on as an authority serves:
 * whoever needs more writes it, and whoever decides sees it. @param now epoch ms
 */
export const blankRequest = (now: number, { access }: WebParts["pack"]): Values => ({
  ...(Object.fromEntries(REQUEST_FIELDS.map((field) => [field, ""])) as Values),
  from: toLocalInput(now - access.ordinaryDays * DAY_MS),
  to: toLocalInput(now + access.authorityDays * DAY_MS),
});

const choices = (first: string, meanings: readonly Meaning<string>[], chosen: string) => [
  { value: "", text: first },
  ...meanings.map(({ name, title }) => ({ value: name, text: title, selected: name === chosen })),
];

/** The form for a request. */
export const requestView = ({
  form,
  pack,
  refusal,
}: {
  form: Form<RequestField>;
  pack: WebParts["pack"];
  refusal: Problem | undefined;
}) => ({
  pageTitle: "Request an authority",
  form,
  hasErrors: form.summary.length > 0,
  stopped: refusal === undefined ? null : refusalOf(refusal, pack),
  pack,
  goodReason: sayGoodReason(pack),
  radiusKm: pack.enquiry.areaRadiusMetres / 1_000,
  purposes: choices("Select a purpose", PURPOSE_MEANINGS, form.values.purpose),
  levels: choices("Select a level", LEVEL_MEANINGS, form.values.level),
  purposeMeanings: PURPOSE_MEANINGS,
  levelMeanings: LEVEL_MEANINGS,
});

/** The request read back, before it is made: what it would allow, how that is kept to, and who can approve it. */
export const checkView = ({
  preview,
  values,
  pack,
}: {
  preview: AuthorityPreview;
  values: Values;
  pack: WebParts["pack"];
}) => ({
  pageTitle: "Check the request",
  pack,
  preview,
  purpose: sayPurpose(preview.purpose),
  level: sayLevel(preview.level),
  scope: sayScope(preview.scope),
  from: sayTime(preview.from),
  until: sayTime(preview.until),
  holders: values.holders,
  oral: values.oral === "yes" ? values.oralBy : "",
  fields: REQUEST_FIELDS.map((name) => ({ name, value: values[name] })),
});
