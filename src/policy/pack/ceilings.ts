import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../../project-root.ts";
import type { PolicyNumbers } from "./numbers.ts";
import { numberAt } from "./placeholders.ts";

const SHIPPED = join(projectRoot, "policies");

const ceilingsSchema = z.strictObject({
  jurisdiction: z.string().min(1),
  asOf: z.iso.date(),
  ceilings: z
    .array(z.strictObject({ number: z.string(), atMost: z.number().positive(), source: z.string().min(3) }))
    .min(1),
});
type Ceilings = z.infer<typeof ceilingsSchema>;

/**
 * What is wrong with numbers that are looser than the law of their jurisdiction, in words (RET-1, INV-2, ACC-3). The law stands in
 * `policies/…/ceilings.json` of the program, beside the packs and apart from them: no proposal changes it.
 */
export function overCeilings(numbers: PolicyNumbers, folder = SHIPPED): string[] {
  const law = ceilingsIn(folder).find(({ jurisdiction }) => jurisdiction === numbers.jurisdiction);
  if (law === undefined)
    return [`nothing is known of the law of ${numbers.jurisdiction}: a ceilings.json must say its limits`];
  return law.ceilings.flatMap(({ number, atMost, source }) => {
    const value = numberAt(numbers, number);
    if (typeof value !== "number") return [`${number} has a ceiling, and no pack has such a number`];
    return value <= atMost ? [] : [`${number} is ${value}; the law allows at most ${atMost} (${source})`];
  });
}

const ceilingsIn = (folder: string): Ceilings[] =>
  readdirSync(folder)
    .map((name) => join(folder, name, "ceilings.json"))
    .filter(existsSync)
    .map((file) => ceilingsSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
