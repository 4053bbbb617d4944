import type { Area } from "../../read/position.ts";
import type { ClickHouseParameters } from "./clickhouse.ts";

/** What reads are asked for, beside the time range: SQL and the values bound in it. */
export interface Condition {
  readonly where: string;
  readonly parameters: ClickHouseParameters;
}

export const theVrm = (vrm: string): Condition => ({ where: "vrm = {vrm:String}", parameters: { vrm } });

/** `?` is one character, `*` any run; everything else stands for itself. Passages without a VRM never fit. */
export function likeVrm(pattern: string): Condition {
  const like = pattern
    .replace(/[\\%_]/g, (character) => `\\${character}`)
    .replaceAll("?", "_")
    .replace(/\*+/g, "%");
  return { where: "vrm LIKE {like:String} AND vrm != ''", parameters: { like } };
}

export const atNrds = (nrds: readonly number[]): Condition => ({
  where: "nrd IN {nrds:Array(UInt32)}",
  parameters: { nrds },
});

/**
 * Reads that carry no position of their own, at NRDs which the register has placed in the area, and those of moving ones that
 * placed themselves there: a moving NRD's place in the register says nothing about where it was.
 */
export function inArea(nrds: readonly number[], moving: readonly number[], area: Area): Condition {
  const { where, parameters } = within(area);
  return {
    where: `((nrd IN {nrds:Array(UInt32)} AND latitude = 0 AND longitude = 0)
      OR (nrd IN {moving:Array(UInt32)} AND (latitude != 0 OR longitude != 0) AND ${where}))`,
    parameters: { ...parameters, nrds, moving },
  };
}

function within(area: Area): Condition {
  if (area.kind === "circle") {
    return {
      where:
        "greatCircleDistance(longitude / 1e6, latitude / 1e6, {centreLon:Float64}, {centreLat:Float64}) <= {radius:Float64}",
      parameters: { centreLon: area.centre.lon, centreLat: area.centre.lat, radius: area.radiusMetres },
    };
  }
  return {
    where: `pointInPolygon((longitude / 1e6, latitude / 1e6), [${ringText(area.ring)}])`,
    parameters: {},
  };
}

/** pointInPolygon takes only a constant ring, so its corners are written as numbers, never as text that was sent. */
const ringText = (ring: Extract<Area, { kind: "polygon" }>["ring"]): string =>
  ring.map(({ lat, lon }) => `(${finite(lon)}, ${finite(lat)})`).join(", ");

function finite(degrees: number): string {
  if (!Number.isFinite(degrees)) throw new Error("A corner of an area must have finite coordinates");
  return degrees.toFixed(7);
}
