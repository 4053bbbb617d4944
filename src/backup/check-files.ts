import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { type Manifest, MANIFEST } from "./manifest.ts";
import type { Written } from "./sealed-records.ts";

/** Of a backup's own key, where it lies beside the rest. */
export const KEY_FILE = "backup.key";

/** Hash and size of a file. @throws what keeps it from being read */
async function hashOf(path: string): Promise<Written> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Reads every file of a backup, and answers what is wrong with which, in sentences; none where it is whole. */
export async function checkFiles(folder: string, { files }: Manifest): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { path, bytes, sha256 } of files) {
    const found = await hashOf(join(folder, path)).catch(() => null);
    if (found === null) wrong.push(`${path} is missing or cannot be read`);
    else if (found.bytes !== bytes) wrong.push(`${path} has ${found.bytes} bytes instead of ${bytes}`);
    else if (found.sha256 !== sha256) wrong.push(`${path} was changed`);
  }
  const known = new Set([MANIFEST, KEY_FILE, ...files.map(({ path }) => path)]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (!entry.isDirectory() && !known.has(path)) wrong.push(`${path} does not belong to it`);
  }
  return wrong;
}
