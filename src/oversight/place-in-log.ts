import type { AuditEntry } from "../audit/audit-log.ts";
import type { LogStore } from "../audit/log-store.ts";
import { inclusionProof, verifyInclusion } from "../audit/tlog/proof.ts";

/** That an entry is in the log as published: the checkpoint that covers it. */
export interface PlaceInLog {
  readonly size: number;
  readonly signedAt: Date;
}

/**
 * Looks for an entry in the newest checkpoint, and checks the proof before anybody is told of it (AUD-2).
 * @returns null while no checkpoint covers the entry yet, and for an entry that is not what was logged
 * @throws Error when the log does not prove an entry that its checkpoint covers
 */
export async function placeInLog(
  store: Pick<LogStore, "newest" | "tile">,
  { index, leafHash, fault }: Pick<AuditEntry, "index" | "leafHash" | "fault">,
): Promise<PlaceInLog | null> {
  // The place of a leaf would say nothing of an entry that is not what the leaf commits to.
  if (fault !== null) return null;
  const newest = await store.newest();
  if (newest === null || newest.size <= index) return null;
  const proof = await inclusionProof(index, newest.size, async (level, at, width) => {
    const tile = await store.tile(level, at);
    if (tile === null) throw new Error(`The log's tile ${level}/${at} is missing.`);
    return tile.subarray(0, width * leafHash.length);
  });
  const { size, root } = newest;
  if (!verifyInclusion({ leafHash, index, size, root, proof }))
    throw new Error(`Entry ${index} does not prove its place in the log of ${size} entries.`);
  return { size, signedAt: newest.at };
}
