import { readFile } from "node:fs/promises";
import { replaceFile } from "./replace-file.ts";

/** What an installation remembers of its log apart from the database, so that a database put back is found out. */
export interface SignedMemory {
  /** The newest checkpoint that was signed or met here, as a signed note; null before the first. */
  last(): Promise<string | null>;
  /** Resolves when it survives a loss of power. */
  keep(note: string): Promise<void>;
}

/** The memory in a file beside the log's key. Never put it back from a backup: what is forgotten can be signed anew. */
export const signedFile = (path: string): SignedMemory => ({
  last: () =>
    readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    }),
  keep: (note) => replaceFile(path, note, 0o600),
});
