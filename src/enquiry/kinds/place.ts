import { z } from "zod";
import { areaSchema } from "../../read/area-schema.ts";
import { isPosition, isWithin, type Area } from "../../read/position.ts";
import { ringFault } from "../../read/ring.ts";
import { PERIOD, type AnyQuestion, type EnquiryKind, type KnownNrds, type Wrong } from "./kind.ts";

/** NRD ids are 32 bits in the archive; a larger one must never reach it. */
const LARGEST_NRD = 2 ** 32 - 1;
/** Of many NRDs that are not in the register, so many are named. */
const MOST_NAMED = 20;

interface PlaceQuestion extends AnyQuestion {
  readonly kind: "place";
  /** Register ids; may be empty when an area is given. */
  readonly nrds: readonly number[];
  readonly area: Area | null;
}

/** What passed named NRDs, or a piece of ground, or either. */
export const placeKind: EnquiryKind<PlaceQuestion> = {
  name: "place",
  title: "A place",
  body: z.object({
    kind: z.literal("place"),
    nrds: z.array(z.coerce.number().int().positive().max(LARGEST_NRD)).max(10_000).default([]),
    area: areaSchema.nullable().default(null),
  }),
  record: z.object({
    kind: z.literal("place"),
    nrds: z.array(z.number()),
    area: areaSchema.nullable(),
    ...PERIOD,
  }),
  vehicle: [],
  check(question, register, wrong) {
    const { nrds, area } = question;
    if (nrds.length === 0 && area === null)
      wrong("nrds", "PLACE_MISSING", "Enter at least one camera, or an area.");
    const unknown = [...nrds.entries()].filter(([, id]) => !register.byId(id));
    for (const [index, nrd] of unknown.slice(0, MOST_NAMED))
      wrong(
        `nrds.${index}`,
        "NRD_UNKNOWN",
        `There is no camera ${nrd} in the register. Use register numbers.`,
      );
    if (area !== null) checkArea(area, wrong);
    return question;
  },
  facts: (question, nrds) => ({
    nrds: placesOf(question, nrds),
    measures: question.area === null ? {} : { radiusMetres: radiusOf(question.area) },
  }),
  search(reads, grant, question, page, nrds) {
    const { area, from, to } = question;
    return reads.byPlace(grant, { nrds: placesOf(question, nrds), area, from, to, ...page });
  },
  covers: (question, read, nrds) =>
    read.position === null || question.area === null
      ? placesOf(question, nrds).includes(read.nrd)
      : isWithin(question.area, read.position),
  entry: ({ nrds, area }) => ({ nrds: [...nrds], area }),
  say: (question) => `What passed ${sayPlaces(question)}`,
  sayBriefly: sayPlaces,
};

/** Every NRD a question about a place is about. */
function placesOf({ nrds, area }: PlaceQuestion, register: KnownNrds): readonly number[] {
  return area === null ? nrds : [...new Set([...nrds, ...register.withinArea(area)])];
}

function checkArea(area: Area, wrong: Wrong): void {
  if (area.kind === "circle") {
    if (!(isPosition(area.centre.lat, area.centre.lon) && area.radiusMetres > 0))
      wrong("area", "AREA_INVALID", "Enter the centre in decimal degrees and a radius above zero metres.");
    return;
  }
  if (!area.ring.every(({ lat, lon }) => isPosition(lat, lon)))
    return wrong("area", "AREA_INVALID", "Enter the corners in decimal degrees.");
  const fault = ringFault(area.ring);
  if (fault !== null) wrong("area", "AREA_INVALID", fault);
}

/** The radius in metres that the pack's limit is held against; a polygon's is half its diagonal. */
function radiusOf(area: Area): number {
  if (area.kind === "circle") return area.radiusMetres;
  const lats = area.ring.map(({ lat }) => lat);
  const lons = area.ring.map(({ lon }) => lon);
  const middle = (Math.min(...lats) + Math.max(...lats)) / 2;
  const north = (Math.max(...lats) - Math.min(...lats)) * 111_195;
  const east = (Math.max(...lons) - Math.min(...lons)) * 111_195 * Math.cos((middle * Math.PI) / 180);
  return Math.hypot(north, east) / 2;
}

function sayPlaces({ nrds, area }: PlaceQuestion): string {
  const cameras = nrds.length === 0 ? [] : [`${nrds.length} ${nrds.length === 1 ? "camera" : "cameras"}`];
  const ground = area === null ? [] : [sayArea(area)];
  return [...cameras, ...ground].join(" and ");
}

const sayArea = (area: Area): string =>
  area.kind === "circle"
    ? `within ${area.radiusMetres.toLocaleString("en-GB")} m of a point`
    : "within a polygon";
