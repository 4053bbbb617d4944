import {
  QUESTION_KINDS,
  type Grounds,
  type Question,
  type QuestionKind,
} from "../../../../enquiry/question.ts";
import { isLevel, isPurpose } from "../../../../policy/purpose.ts";
import { formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { londonToEpoch } from "../../../words/london-time.ts";

export const ENQUIRY_FIELDS = [
  "kind",
  "authority",
  "purpose",
  "level",
  "reference",
  "reason",
  "vrm",
  "pattern",
  "nrds",
  "lat",
  "lon",
  "radius",
  "from",
  "to",
] as const;
export type EnquiryField = (typeof ENQUIRY_FIELDS)[number];

/** The API's names for what the fields hold, so that its errors find their field. */
export const FIELD_OF: Readonly<Record<string, EnquiryField>> = {
  authority: "authority",
  purpose: "purpose",
  level: "level",
  reference: "reference",
  reason: "reason",
  kind: "kind",
  vrm: "vrm",
  pattern: "pattern",
  nrds: "nrds",
  area: "lat",
  "area.centre": "lat",
  "area.centre.lat": "lat",
  "area.centre.lon": "lon",
  "area.radiusMetres": "radius",
  from: "from",
  to: "to",
};

interface Asked extends Grounds {
  readonly question: Question;
}

type Values = Record<EnquiryField, string>;
type Blame = (field: EnquiryField, message: string) => void;
const TIME_HINT = "Write the date and time like 22/11/2026 08:15";

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

function place(values: Values, blame: Blame): Pick<Extract<Question, { kind: "place" }>, "nrds" | "area"> {
  const ids = values.nrds.split(/[\s,;]+/).filter((part) => part !== "");
  const bad = ids.find((id) => !/^\d{1,9}$/.test(id));
  if (bad !== undefined)
    blame(
      "nrds",
      `“${bad.slice(0, 40)}” is not the register number of a camera; separate the numbers with commas`,
    );
  const nrds = bad === undefined ? ids.map(Number) : [];
  const circle = [values.lat, values.lon, values.radius];
  if (circle.every((part) => part === "")) {
    if (ids.length === 0) blame("nrds", "Enter cameras, or a circle on the map, or both");
    return { nrds, area: null };
  }
  const [lat, lon, radius] = circle.map((part) =>
    /^-?\d{1,6}([.]\d{1,10})?$/.test(part) ? Number(part) : Number.NaN,
  ) as [number, number, number];
  if (!(Math.abs(lat) <= 90)) blame("lat", "Enter the latitude in degrees, like 51.4910");
  if (!(Math.abs(lon) <= 180))
    blame("lon", "Enter the longitude in degrees, like -0.5621; west of Greenwich is negative");
  if (!(radius > 0)) blame("radius", "Enter the radius in metres, like 2000");
  return { nrds, area: { kind: "circle", centre: { lat, lon }, radiusMetres: radius } };
}

function questionOf(kind: QuestionKind, values: Values, blame: Blame): Question {
  const { from, to } = period(values, blame);
  switch (kind) {
    case "vrm":
      if (values.vrm === "") blame("vrm", "Enter the VRM");
      return { kind, vrm: values.vrm, from, to };
    case "partial":
      if (values.pattern === "")
        blame(
          "pattern",
          "Enter what you know of the VRM, with ? for one unknown character and * for any number",
        );
      return { kind, pattern: values.pattern.toUpperCase().replace(/\s/g, ""), from, to };
    case "place":
      return { kind, ...place(values, blame), from, to };
  }
}

/** Reads the form for a new enquiry: what is asked, or the form as typed with every error. */
export function readEnquiry(body: unknown): { asked: Asked; values: Values } | { form: Form<EnquiryField> } {
  const values = valuesOf(body, ENQUIRY_FIELDS);
  const errors: FieldError[] = [];
  const blame: Blame = (field, message) => void errors.push({ field, message });
  const grounds = groundsOf(values, blame);
  if (values.reason === "") blame("reason", "Enter why you are asking");
  const kind = QUESTION_KINDS.find((known) => known === values.kind);
  if (kind === undefined) blame("kind", "Choose what to ask about");
  const question = kind === undefined ? null : questionOf(kind, values, blame);
  if (question === null || errors.length > 0) return { form: formWith(values, errors) };
  return { asked: { ...grounds, reason: values.reason, question }, values };
}

/** The authority relied on; without one, what is stated instead. */
function groundsOf(values: Values, blame: Blame): Omit<Grounds, "reason"> {
  if (values.authority !== "") return { authority: values.authority };
  const { purpose, level, reference } = values;
  if (!isPurpose(purpose)) blame("purpose", "Choose what the answer is for, or an authority");
  if (!isLevel(level)) blame("level", "Choose how serious the matter is, or an authority");
  if (reference === "")
    blame("reference", "Enter the reference of your case or operation, or choose an authority");
  return {
    reference,
    ...(isPurpose(purpose) ? { purpose } : {}),
    ...(isLevel(level) ? { level } : {}),
  };
}
