import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

const NAME = "keys-id";

/**
 * The keys of a folder of images must be the ones its other processes use, or each could not read what another wrote, and
 * deletion by one would destroy nothing (RET-6). The first process leaves the same mark in both folders.
 * @throws Error saying what to do where the folder of images belongs to other keys
 */
export async function requireSharedKeys(images: string, keys: string): Promise<void> {
  for (const folder of [images, keys]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const ours = await markOf(keys, randomUUID());
  const theirs = await markOf(images, ours);
  if (ours !== theirs)
    throw new Error(
      `The images in ${images} are under other keys than those in ${keys}. Processes that share WAYWARDEN_IMAGES must share ` +
        "WAYWARDEN_IMAGE_KEYS too: point it to the folder of keys that the first of them uses.",
    );
}

/** The mark of a folder; `fresh` becomes it where there is none, unless another process is quicker. */
async function markOf(folder: string, fresh: string): Promise<string> {
  const path = join(folder, NAME);
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, fresh, { mode: 0o600, flush: true });
  try {
    await link(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await unlink(own);
  }
  return readFile(path, "utf8");
}
