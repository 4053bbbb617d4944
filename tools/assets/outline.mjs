import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { feature, merge } from "topojson-client";

/** ISO 3166-1 numeric: United Kingdom, Isle of Man, Jersey, Guernsey, Ireland. */
const OURS = new Set(["826", "833", "832", "831", "372"]);
/** The neighbouring coast, so that the Channel has two sides; cut to this window of degrees. */
const NEIGHBOURS = new Set(["250", "056", "528"]);
const WINDOW = { west: -11.5, east: 4.5, south: 48.5, north: 61.2 };

const rounded = (ring) => {
  const points = ring.map(([lon, lat]) => [Math.round(lon * 1000) / 1000, Math.round(lat * 1000) / 1000]);
  return points.filter(
    ([lon, lat], at) => at === 0 || lon !== points[at - 1][0] || lat !== points[at - 1][1],
  );
};
const isNear = (ring) =>
  ring.some(
    ([lon, lat]) => lon > WINDOW.west && lon < WINDOW.east && lat > WINDOW.south && lat < WINDOW.north,
  );
const outerRings = (geometry) =>
  (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map((polygon) => polygon[0]);

/** Land around Great Britain and Ireland as rings of [longitude, latitude], and the land border between the two. */
export async function outlineOf(projectRoot) {
  const topology = JSON.parse(
    await readFile(join(projectRoot, "node_modules/world-atlas/countries-10m.json"), "utf8"),
  );
  const countries = topology.objects.countries.geometries;
  const rings = (ids) =>
    countries
      .filter(({ id }) => ids.has(id))
      .flatMap((country) => outerRings(feature(topology, country).geometry))
      .filter(isNear)
      .map(rounded)
      .filter((ring) => ring.length > 3);
  const islands = outerRings(
    merge(
      topology,
      countries.filter(({ id }) => OURS.has(id)),
    ),
  );
  return {
    land: islands
      .filter(isNear)
      .map(rounded)
      .filter((ring) => ring.length > 3),
    neighbours: rings(NEIGHBOURS),
  };
}
