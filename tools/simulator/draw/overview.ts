import { hashText } from "../random.ts";
import { britishClock } from "../shape.ts";
import type { SimulatedRead } from "../simulated-read.ts";
import { fill, overlay, textWidth, write, type Canvas, type Lettering } from "./canvas.ts";
import { drawPatch, encode, paintPlate } from "./plate.ts";
import { roadScene, vehiclePicture, VIEWS, type Light } from "./scene.ts";

/** The most an overview may weigh, in bytes (the policy pack's limit, which the drawing keeps by itself). */
export const OVERVIEW_BYTES = 25_600;

const CAPTION: Lettering = { height: 12, pen: 10, gap: 14, space: 50 };

function lightOf(time: number): Light {
  const { hour } = britishClock(time);
  if (hour < 6 || hour >= 20) return "night";
  if (hour < 8) return "dawn";
  return hour >= 17.5 ? "dusk" : "day";
}

/**
 * The picture of a passage as JPEG, 640 by 360 pixels, at most 25,600 bytes: road, light of the hour, the vehicle
 * in its colour with its true plate, and a caption with site and time. Plainly a drawing.
 */
export async function drawOverview(read: SimulatedRead): Promise<Buffer> {
  const { vehicle, nrd } = read;
  const rear = read.direction === "away";
  const light = lightOf(read.passed);
  const scene = await roadScene(
    light,
    hashText(`${nrd.feed}/${nrd.source}`) % VIEWS,
    Math.max(1, Math.min(3, nrd.lane + 1)),
  );
  const canvas: Canvas = { ...scene, pixels: Buffer.from(scene.pixels) };
  const lit = light === "night" || light === "dusk";
  const car = await vehiclePicture(vehicle.body, vehicle.colour, rear, lit);
  const x = 170 + (hashText(`${read.journey} ${read.passed}`) % 40) - 20;
  const y = 338 - car.height;
  overlay(canvas, car, x, y);
  const plate = { ...car.plate, x: x + car.plate.x, y: y + car.plate.y };
  paintPlate(canvas, plate, vehicle.mark.spaced, rear, lit ? 0.85 : 1);
  caption(canvas, nrd.name, read.captured);
  return encode(canvas, OVERVIEW_BYTES, 70);
}

/** The plate patch of a read. */
export const drawReadPatch = (read: SimulatedRead): Promise<Buffer> =>
  drawPatch(read.vehicle.mark.spaced, read.direction === "away", lightOf(read.passed) === "night" ? 0.72 : 1);

function caption(canvas: Canvas, name: string, captured: number): void {
  fill(canvas, 0, 0, canvas.width, 24, [8, 10, 14], 0.72);
  const when = new Date(captured)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
  const right = canvas.width - textWidth(when, CAPTION) - 8;
  let site = name.toUpperCase();
  while (site.length > 0 && 8 + textWidth(site, CAPTION) > right - 16) site = site.slice(0, -1).trimEnd();
  write(canvas, site, 8, 6, CAPTION, [236, 238, 240]);
  write(canvas, when, right, 6, CAPTION, [236, 238, 240]);
  write(canvas, "SIMULATED", 8, 342, { ...CAPTION, height: 10 }, [255, 255, 255]);
}
