import type { Grant } from "../../../policy/grant.ts";
import type { Area } from "../../../read/position.ts";
import { LEAST_READ, unreadPattern } from "../../../read/unread.ts";
import type { ClickHouseParameters } from "../clickhouse.ts";

/** What reads are asked for, beside the time range: SQL and the values bound in it. */
export interface Condition {
  readonly where: string;
  readonly parameters: ClickHouseParameters;
}

/** The last moment ClickHouse's times reach, epoch milliseconds. */
const END_OF_TIME = Date.UTC(2299, 11, 31);

export const theVrm = (vrm: string): Condition => ({ where: "vrm = {vrm:String}", parameters: { vrm } });

/** VRMs that fit a pattern: `?` is one character, `*` any run; everything else stands for itself. */
export function vrmLike(pattern: string): Condition {
  const like = pattern
    .replace(/[\\%_]/g, (character) => `\\${character}`)
    .replaceAll("?", "_")
    .replace(/\*+/g, "%");
  return { where: "vrm LIKE {like:String} AND vrm != ''", parameters: { like } };
}

/**
 * Reads whose VRM fits a pattern. A passage without a VRM fits only where enough of its
 * mark was read and the rest may be anything (READ-3); as such passages lie together, few rows are looked at.
 */
export function likeVrm(pattern: string): Condition {
  const { where, parameters } = vrmLike(pattern);
  const mark = "upper(replaceRegexpAll(sent, '[\\\\s.-]', ''))";
  return {
    where: `((${where}) OR (vrm = '' AND match(sent, '[?_#*]') AND match(${mark}, {unread:String})
      AND length(replaceRegexpAll(${mark}, '[?_#*]', '')) >= {leastRead:UInt8}))`,
    parameters: { ...parameters, unread: unreadPattern(pattern), leastRead: LEAST_READ },
  };
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

/**
 * What the grant allows, whatever is asked: part of every query, so that no caller can forget it (INV-2). Reads are neither
 * captured nor received before the access floor, are within the scope, and are of no NRD that is withheld.
 */
export function allowedBy(grant: Grant, moving: readonly number[]): Condition {
  const { scope, accessFloor, withheldNrds } = grant;
  const parts: Condition[] = [
    {
      where: `captured >= fromUnixTimestamp64Milli({allowedFrom:Int64}, 'UTC')
        AND captured < fromUnixTimestamp64Milli({allowedTo:Int64}, 'UTC')
        AND toUnixTimestamp64Milli(captured) + delay >= {accessFloor:Int64}`,
      parameters: {
        allowedFrom: Math.max(scope.from, accessFloor),
        allowedTo: Math.min(scope.to, END_OF_TIME),
        accessFloor,
      },
    },
  ];
  if (scope.vrms !== null)
    parts.push({
      where: "vrm IN {allowedVrms:Array(String)} AND vrm != ''",
      parameters: { allowedVrms: scope.vrms },
    });
  if (scope.places !== null) parts.push(allowedPlaces(scope.places, moving));
  if (withheldNrds.length > 0)
    parts.push({ where: "nrd NOT IN {withheld:Array(UInt32)}", parameters: { withheld: withheldNrds } });
  return {
    where: parts.map(({ where }) => `(${where})`).join(" AND "),
    parameters: Object.assign({}, ...parts.map(({ parameters }) => parameters)) as ClickHouseParameters,
  };
}

/** Reads of the named NRDs, wherever they were, and reads made in the area. */
function allowedPlaces(
  { nrds, area, within: inside }: NonNullable<Grant["scope"]["places"]>,
  moving: readonly number[],
): Condition {
  const named = { where: "nrd IN {allowedNrds:Array(UInt32)}", parameters: { allowedNrds: nrds } };
  if (area === null) return named;
  const made = within(area, "allowed");
  return {
    where: `${named.where}
      OR (nrd IN {allowedWithin:Array(UInt32)} AND latitude = 0 AND longitude = 0)
      OR (nrd IN {allowedMoving:Array(UInt32)} AND (latitude != 0 OR longitude != 0) AND ${made.where})`,
    parameters: { ...named.parameters, ...made.parameters, allowedWithin: inside, allowedMoving: moving },
  };
}

/** `as` keeps the names of the parameters apart where a query has two areas. */
function within(area: Area, as = "asked"): Condition {
  if (area.kind === "circle") {
    const [lon, lat, radius] = [`${as}Lon`, `${as}Lat`, `${as}Radius`];
    return {
      where: `greatCircleDistance(longitude / 1e6, latitude / 1e6, {${lon}:Float64}, {${lat}:Float64}) <= {${radius}:Float64}`,
      parameters: { [lon]: area.centre.lon, [lat]: area.centre.lat, [radius]: area.radiusMetres },
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
