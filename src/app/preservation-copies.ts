import { type PreservationOutcome, preserve } from "../archive/preservation-copy.ts";
import { parseReadId, type ReadKey } from "../archive/read.ts";
import type { Stores } from "./stores.ts";

/** Reads copied in one go. */
const COPIED_AT_ONCE = 500;

export type PreservationStores = Pick<Stores, "preservations" | "preserved" | "preservedVault" | "vault">;

/**
 * Copies every preserved read that has no copy yet, so that its day may be deleted when it is due (RET-3).
 * @throws Error when the archive no longer has some of them: their days stay held back until a person looks
 */
export async function copyPreserved({
  preservations,
  preserved,
  preservedVault,
  vault,
}: PreservationStores): Promise<Omit<PreservationOutcome, "missing">> {
  const parts = { store: preserved, vault, preserved: preservedVault };
  const done = { reads: 0, images: 0 };
  const lost: string[] = [];
  for (const { reference, readIds } of await preservations.standing()) {
    const uncopied = await preserved.missing(readIds);
    for (let start = 0; start < uncopied.length; start += COPIED_AT_ONCE) {
      const keys = uncopied.slice(start, start + COPIED_AT_ONCE).map(parseReadId);
      const outcome = await preserve(
        parts,
        reference,
        keys.filter((key): key is ReadKey => key !== null),
      );
      done.reads += outcome.reads;
      done.images += outcome.images;
      if (outcome.reads < keys.length) lost.push(reference);
    }
  }
  if (lost.length > 0)
    throw new Error(`The archive lacks reads preserved under ${[...new Set(lost)].slice(0, 5).join(", ")}`);
  return done;
}
