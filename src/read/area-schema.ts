import { z } from "zod";
import type { Area } from "./position.ts";

const point = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });

/** A circle or a polygon as it is sent; how large it may be is the policy pack's affair. */
export const areaSchema: z.ZodType<Area> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("circle"), centre: point, radiusMetres: z.number().positive() }),
  z.strictObject({ kind: z.literal("polygon"), ring: z.array(point).min(3).max(1_000) }),
]);
