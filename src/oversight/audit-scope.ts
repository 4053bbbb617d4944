import { Problem } from "../errors.ts";
import type { Caller } from "../identity/caller.ts";

type Asker = Pick<Caller, "roles" | "organisation">;

/** The one organisation whose log somebody may look at; null: all of them (AUD-6). */
export const remitOf = ({ roles, organisation }: Asker): number | null =>
  roles.includes("nationalauditor") || roles.includes("commissioner") ? null : organisation.id;

/**
 * The organisation to look at, out of what was asked for.
 * @throws Problem NOT_AUTHORISED for another organisation than one's own
 */
export function withinRemit(asker: Asker, wanted: number | undefined): number | null {
  const remit = remitOf(asker);
  if (remit === null) return wanted ?? null;
  if (wanted !== undefined && wanted !== remit)
    throw new Problem("NOT_AUTHORISED", "You look at the log of your own organisation.", {
      extra: {
        rules: ["audit-own-organisation"],
        needed: ["A national auditor or the Commissioner looks at other organisations."],
      },
    });
  return remit;
}

/** Holds the Commissioner to a reason with every look. @throws Problem INPUT_INVALID */
export function requireReason({ roles }: Asker, reason: string | undefined): void {
  if (!roles.includes("commissioner") || (reason ?? "") !== "") return;
  throw new Problem("INPUT_INVALID", "The Commissioner's looks are recorded with their reason.", {
    errors: [{ path: "reason", code: "missing", message: "Give the reason of the look." }],
  });
}
