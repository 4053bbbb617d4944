import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { FaultFound, type ReadPublicFile } from "../../audit/tlog/public-files.ts";

/** The public files of a log in a folder, such as a mirror. A file larger than its kind can be is a fault of the log. */
export function folderFiles(folder: string): ReadPublicFile {
  return async (path, largestBytes) => {
    const file = join(folder, path);
    try {
      const { size } = await stat(file);
      if (size > largestBytes)
        throw new FaultFound(path, `it has ${size} bytes; at most ${largestBytes} are right`);
      return await readFile(file);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      throw error;
    }
  };
}
