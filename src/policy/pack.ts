import { readFileSync } from "node:fs";
import { z } from "zod";

const positive = z.number().int().positive();

/** The dated, versioned numbers of the law and of our stricter defaults; each is explained in docs/policy-pack.md. */
const policyPackSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9.-]+$/),
  effectiveFrom: z.iso.date(),
  jurisdiction: z.string(),
  sources: z.string(),
  retention: z.strictObject({
    accessMonths: positive,
    deleteAfterDays: positive,
    quarantineDays: positive,
    pendingImageHours: positive,
    lateAfterHours: positive,
  }),
  time: z.strictObject({
    futureSkewSeconds: positive,
    promptWithinSeconds: positive,
    lateAfterSeconds: positive,
    mobileBreachAfterSeconds: positive,
    liveAlertWithinSeconds: positive,
  }),
  images: z.strictObject({ patchBytes: positive, overviewBytes: positive }),
  position: z.strictObject({ fixedMismatchMetres: positive }),
  enquiry: z.strictObject({
    pageLimit: positive,
    areaRadiusMetres: positive,
    areaHours: positive,
    maximumNrds: positive,
    minimumReasonWords: positive,
    partialMinimumCharacters: positive,
    grantMinutes: positive,
  }),
  session: z.strictObject({
    idleMinutes: positive,
    absoluteHours: positive,
    signInFailures: positive,
    lockMinutes: positive,
  }),
});

export type PolicyPack = z.infer<typeof policyPackSchema>;

/**
 * Reads a policy pack file.
 * @throws Error naming the file and every problem in it, so that a service never starts on half a law.
 */
export function loadPolicyPack(file: string): PolicyPack {
  const parsed = policyPackSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new Error(`Policy pack ${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  const { accessMonths, deleteAfterDays } = parsed.data.retention;
  if (deleteAfterDays < accessMonths * 31 - 31) {
    throw new Error(
      `Policy pack ${file}: data would be deleted before the ${accessMonths} months of access end`,
    );
  }
  return parsed.data;
}
