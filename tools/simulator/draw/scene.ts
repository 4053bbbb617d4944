import sharp from "sharp";
import type { Body } from "../fleet.ts";
import type { Canvas } from "./canvas.ts";

/** The light of an hour. */
export type Light = "night" | "dawn" | "day" | "dusk";

const SKY: Readonly<
  Record<
    Light,
    {
      readonly top: string;
      readonly low: string;
      readonly land: string;
      readonly far: string;
      readonly road: string;
    }
  >
> = {
  night: { top: "#0b1026", low: "#1d2a4a", land: "#101c18", far: "#0c1512", road: "#23262c" },
  dawn: { top: "#7f9cc4", low: "#f6c9a4", land: "#5d7a52", far: "#48624a", road: "#53565c" },
  day: { top: "#8fc1ea", low: "#dcedf8", land: "#7ba35c", far: "#5f8a55", road: "#6a6d72" },
  dusk: { top: "#3c3f70", low: "#e78f5f", land: "#3d5140", far: "#2d3d35", road: "#43464d" },
};

/** Hill lines of some roads; a site keeps its own. */
export const VIEWS = 4;

/** The road as a camera above it sees it, without a vehicle. `view` from 0 to VIEWS - 1, `lanes` from 1 to 3. */
export function roadScene(light: Light, view: number, lanes: number): Promise<Canvas> {
  return kept(`road ${light} ${view} ${lanes}`, async () => {
    const sky = SKY[light];
    const hill = [150, 128, 140, 118][view % VIEWS] ?? 140;
    const lines = Array.from({ length: Math.max(0, lanes - 1) }, (_, at) => {
      const share = (at + 1) / lanes;
      return `<path d="M${282 + 76 * share} 150 L${40 + 560 * share} 360" stroke="#e8e8e2" stroke-opacity=".75" stroke-width="4" stroke-dasharray="26 22"/>`;
    }).join("");
    const trees = Array.from({ length: 9 }, (_, at) => {
      const x = (at * 83 + view * 37) % 640;
      return Math.abs(x - 320) < 90
        ? ""
        : `<ellipse cx="${x}" cy="${150 - (at % 3) * 3}" rx="${18 + (at % 4) * 6}" ry="${12 + (at % 3) * 5}" fill="${sky.far}"/>`;
    }).join("");
    const lamp =
      light === "day" || light === "dawn"
        ? ""
        : `<circle cx="556" cy="62" r="60" fill="#ffd98a" fill-opacity=".18"/><circle cx="556" cy="62" r="9" fill="#ffe7b0"/>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">
      <defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky.top}"/><stop offset="1" stop-color="${sky.low}"/></linearGradient></defs>
      <rect width="640" height="160" fill="url(#s)"/>
      <path d="M0 152 Q160 ${hill} 330 148 T640 ${hill + 8} V170 H0 Z" fill="${sky.far}"/>
      <rect y="150" width="640" height="210" fill="${sky.land}"/>${trees}
      <path d="M282 150 H358 L640 360 H0 Z" fill="${sky.road}"/>
      <path d="M285 150 L22 360 M355 150 L618 360" stroke="#e8e8e2" stroke-opacity=".8" stroke-width="4" fill="none"/>${lines}
      <path d="M560 150 V66 H536" stroke="#3a3d42" stroke-width="5" fill="none"/>${lamp}</svg>`;
    return raster(svg, 3);
  });
}

/** Where the plate goes on a vehicle's picture, and how big that is. */
export interface VehiclePicture extends Canvas {
  readonly plate: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const PAINT: Readonly<Record<string, string>> = {
  SILVER: "#b9bec4",
  BLACK: "#25272b",
  BLUE: "#2c5aa0",
  GREY: "#6d7278",
  WHITE: "#f1f2f2",
  RED: "#b3202a",
  GREEN: "#2f6b43",
  BEIGE: "#c9b78e",
  ORANGE: "#dd7a1f",
  BROWN: "#5f4433",
};

/** A vehicle from the front or the rear in its colour, RGBA, with an empty place for the plate. */
export async function vehiclePicture(
  body: Body,
  colour: string,
  rear: boolean,
  lit: boolean,
): Promise<VehiclePicture> {
  const tall =
    body === "lorry" || body === "bus" ? 260 : body === "van" ? 226 : body === "estate" ? 196 : 184;
  const paint = PAINT[colour] ?? "#8a8f95";
  const picture = await kept(`car ${body} ${colour} ${rear} ${lit}`, () =>
    raster(vehicleSvg(body, paint, rear, lit, tall), 4),
  );
  return { ...picture, plate: { x: 92, y: tall - 58, width: 116, height: 26 } };
}

function vehicleSvg(body: Body, paint: string, rear: boolean, lit: boolean, tall: number): string {
  const boxy = body === "lorry" || body === "bus" || body === "van";
  const belt = boxy ? tall * 0.52 : tall * 0.46;
  const [roof, shoulder] = boxy ? [34, 16] : body === "saloon" ? [74, 20] : [64, 18];
  const lamp = rear ? (lit ? "#ff2a22" : "#a3161a") : lit ? "#fffbe0" : "#e9eef2";
  const glow = lit
    ? `<circle cx="46" cy="${belt + 30}" r="30" fill="${lamp}" fill-opacity=".28"/><circle cx="254" cy="${belt + 30}" r="30" fill="${lamp}" fill-opacity=".28"/>`
    : "";
  const grille = rear
    ? `<path d="M40 ${belt + 8} H260" stroke="#000" stroke-opacity=".25" stroke-width="2"/>`
    : `<rect x="104" y="${belt + 18}" width="92" height="24" rx="6" fill="#1b1d20"/><path d="M108 ${belt + 26} H192 M108 ${belt + 34} H192" stroke="#5a5e63" stroke-width="2"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="${tall}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9fb4c4"/><stop offset="1" stop-color="#2b3640"/></linearGradient>
    <linearGradient id="p" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".28"/><stop offset=".5" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".3"/></linearGradient></defs>
    <ellipse cx="150" cy="${tall - 8}" rx="146" ry="8" fill="#000" fill-opacity=".35"/>
    <rect x="26" y="${tall - 44}" width="44" height="40" rx="9" fill="#17181a"/><rect x="230" y="${tall - 44}" width="44" height="40" rx="9" fill="#17181a"/>
    <path id="b" d="M${roof} 12 Q150 0 ${300 - roof} 12 L${300 - shoulder - 14} ${belt - 6} Q292 ${belt} 292 ${belt + 26} V${tall - 34} Q292 ${tall - 22} 280 ${tall - 22} H20 Q8 ${tall - 22} 8 ${tall - 34} V${belt + 26} Q8 ${belt} ${shoulder + 14} ${belt - 6} Z" fill="${paint}"/>
    <path d="M${roof} 12 Q150 0 ${300 - roof} 12 L${300 - shoulder - 14} ${belt - 6} Q292 ${belt} 292 ${belt + 26} V${tall - 34} Q292 ${tall - 22} 280 ${tall - 22} H20 Q8 ${tall - 22} 8 ${tall - 34} V${belt + 26} Q8 ${belt} ${shoulder + 14} ${belt - 6} Z" fill="url(#p)"/>
    <path d="M${roof + 10} 22 Q150 12 ${290 - roof} 22 L${300 - shoulder - 26} ${belt - 10} H${shoulder + 26} Z" fill="url(#g)"/>
    <path d="M${roof + 34} 24 L${roof + 10} ${belt - 12} M${roof + 60} 22 L${roof + 40} ${belt - 12}" stroke="#fff" stroke-opacity=".22" stroke-width="7"/>${glow}
    <rect x="20" y="${belt + 16}" width="56" height="26" rx="10" fill="${lamp}"/><rect x="224" y="${belt + 16}" width="56" height="26" rx="10" fill="${lamp}"/>${grille}
    <rect x="14" y="${tall - 64}" width="272" height="40" rx="10" fill="#000" fill-opacity=".22"/></svg>`;
}

async function raster(svg: string, channels: 3 | 4): Promise<Canvas> {
  const image = sharp(Buffer.from(svg));
  const { data, info } = await (channels === 3 ? image.removeAlpha() : image.ensureAlpha())
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

const MOST_KEPT = 60;
const pictures = new Map<string, Promise<Canvas>>();

// The oldest picture goes when there are too many: at most about 40 MB.
function kept(key: string, draw: () => Promise<Canvas>): Promise<Canvas> {
  const known = pictures.get(key);
  if (known !== undefined) {
    pictures.delete(key);
    pictures.set(key, known);
    return known;
  }
  const drawn = draw();
  pictures.set(key, drawn);
  const oldest = pictures.keys().next().value;
  if (pictures.size > MOST_KEPT && oldest !== undefined) pictures.delete(oldest);
  return drawn;
}
