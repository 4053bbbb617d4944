import { LogBroken } from "./log-broken.ts";
import type { LogStore } from "./log-store.ts";
import { TILE_WIDTH } from "./tlog/tile.ts";

/** Entries that one question to the store covers: whole tiles, whose hashes are compared. */
const AT_ONCE = 256 * TILE_WIDTH;

/**
 * The entries that the signed tree counts must be there and lead to it: none missing, none with another leaf (AUD-1, AUD-2).
 * @param from index of the first entry to look at; the tile it stands in is looked at whole
 * @param to a size that was signed
 * @throws LogBroken naming the first entry that is not what was signed
 */
export async function requireHeld(
  store: Pick<LogStore, "firstNotSigned">,
  from: number,
  to: number,
): Promise<void> {
  for (let at = from - (from % TILE_WIDTH); at < to; at += AT_ONCE) {
    const wrong = await store.firstNotSigned(at, Math.min(at + AT_ONCE, to));
    if (wrong !== null)
      throw new LogBroken(
        `Entry ${wrong.index} of the log ${wrong.missing ? "was signed and is missing" : "is not the one that was signed"}. ` +
          "Somebody changed the database, or it was put back from a backup. Keep everything as it is, put the newest state back " +
          "with everything written since, and find out who changed it (docs/audit-log.md).",
      );
  }
}
