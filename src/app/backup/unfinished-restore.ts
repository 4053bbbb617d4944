import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BackupError } from "../../backup/backup-error.ts";
import type { Settings } from "../../config.ts";

const markOf = ({ data }: Settings): string => join(resolve(data), "restore.unfinished");

/** From here to `restoreFinished` nothing of this data folder may be served: it may hold what is past its day (RET-1). */
export function restoreBegun(settings: Settings, backup: string): void {
  writeFileSync(markOf(settings), `${backup}\n`, { mode: 0o600, flush: true });
}

export const restoreFinished = (settings: Settings): void => rmSync(markOf(settings));

/** @throws BackupError RESTORE_UNFINISHED where a restore was begun here and did not come to its end */
export function requireNoRestore(settings: Settings): void {
  if (!existsSync(markOf(settings))) return;
  throw new BackupError(
    "RESTORE_UNFINISHED",
    `${markOf(settings)} is there: a restore was begun and did not end, so parts are missing, and what is past its day may be here. ` +
      "Empty the data folder but for keys/master.key, and the databases where there are servers, and run ./waywarden restore again.",
  );
}
