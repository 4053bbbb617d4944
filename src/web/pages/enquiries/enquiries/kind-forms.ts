import type { Question, QuestionKind } from "../../../../enquiry/kinds.ts";
import type { PolicyPack } from "../../../../policy/policy-pack.ts";

/** One text field, as the template shows it. */
export interface TextField<Field extends string> {
  readonly name: Field;
  readonly label: string;
  readonly hint?: string | ((pack: PolicyPack) => string);
  /** A line between it and the field before it. */
  readonly before?: (pack: PolicyPack) => string;
  readonly classes?: string;
  readonly suffix?: string;
  readonly inputmode?: "numeric" | "decimal";
  readonly autocapitalize?: "characters";
}

/** What a person fills in for one kind of question. */
interface KindForm<Kind extends QuestionKind, Field extends string> {
  /** The first is where errors go that name no other. */
  readonly fields: readonly [TextField<Field>, ...TextField<Field>[]];
  /** The API's paths of what the fields hold, where they are not the names of fields. */
  readonly fieldOf?: Readonly<Record<string, Field>>;
  /** What was asked, from the texts typed; `blame` is told of every field that is wrong. */
  read(
    texts: Readonly<Record<Field, string>>,
    blame: (field: Field, message: string) => void,
  ): Omit<Extract<Question, { kind: Kind }>, "kind" | "from" | "to">;
}

const form = <Kind extends QuestionKind, const Field extends string>(
  _kind: Kind,
  fields: KindForm<Kind, Field>,
): KindForm<Kind, Field> => fields;

const PLATE = { classes: "govuk-input--width-10 ww-vrm", autocapitalize: "characters" } as const;

/** The part of the form that each kind of question has of its own. */
export const KIND_FORMS = {
  vrm: form("vrm", {
    fields: [{ name: "vrm", label: "VRM", ...PLATE }],
    read({ vrm }, blame) {
      if (vrm === "") blame("vrm", "Enter the VRM");
      return { vrm };
    },
  }),
  place: form("place", {
    fields: [
      {
        name: "nrds",
        label: "Cameras",
        hint: ({ enquiry }) => `Their register numbers, separated by commas; at most ${enquiry.maximumNrds}`,
      },
      {
        name: "lat",
        label: "Latitude",
        classes: "govuk-input--width-10",
        inputmode: "decimal",
        before: ({ enquiry }) =>
          `or everything within a circle of at most ${enquiry.areaRadiusMetres / 1000} km:`,
      },
      {
        name: "lon",
        label: "Longitude",
        hint: "Negative west of Greenwich",
        classes: "govuk-input--width-10",
      },
      {
        name: "radius",
        label: "Radius",
        classes: "govuk-input--width-5",
        suffix: "metres",
        inputmode: "numeric",
      },
    ],
    fieldOf: {
      area: "lat",
      "area.centre": "lat",
      "area.centre.lat": "lat",
      "area.centre.lon": "lon",
      "area.radiusMetres": "radius",
    },
    read(texts, blame) {
      const ids = texts.nrds.split(/[\s,;]+/).filter((part) => part !== "");
      const bad = ids.find((id) => !/^\d{1,9}$/.test(id));
      if (bad !== undefined)
        blame(
          "nrds",
          `“${bad.slice(0, 40)}” is not the register number of a camera; separate the numbers with commas`,
        );
      const nrds = bad === undefined ? ids.map(Number) : [];
      const circle = [texts.lat, texts.lon, texts.radius];
      if (circle.every((part) => part === "")) {
        if (ids.length === 0) blame("nrds", "Enter cameras, or a circle on the map, or both");
        return { nrds, area: null };
      }
      const [lat, lon, radiusMetres] = circle.map((part) =>
        /^-?\d{1,6}([.]\d{1,10})?$/.test(part) ? Number(part) : Number.NaN,
      ) as [number, number, number];
      if (!(Math.abs(lat) <= 90)) blame("lat", "Enter the latitude in degrees, like 51.4910");
      if (!(Math.abs(lon) <= 180))
        blame("lon", "Enter the longitude in degrees, like -0.5621; west of Greenwich is negative");
      if (!(radiusMetres > 0)) blame("radius", "Enter the radius in metres, like 2000");
      return { nrds, area: { kind: "circle", centre: { lat, lon }, radiusMetres } };
    },
  }),
  partial: form("partial", {
    fields: [
      {
        name: "pattern",
        label: "What you know of it",
        hint: "Use ? for one unknown character and * for any number, like AB1? C*",
        ...PLATE,
      },
    ],
    read({ pattern }, blame) {
      if (pattern === "")
        blame(
          "pattern",
          "Enter what you know of the VRM, with ? for one unknown character and * for any number",
        );
      return { pattern };
    },
  }),
} as const satisfies { readonly [Kind in QuestionKind]: KindForm<Kind, string> };

export type KindField = (typeof KIND_FORMS)[QuestionKind]["fields"][number]["name"];

/** The form of a kind, as the whole form sees it. */
export const kindForm = (kind: QuestionKind): KindForm<QuestionKind, KindField> => KIND_FORMS[kind];
