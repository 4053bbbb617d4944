import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Puts a file in the place of an older one, whole or not at all, its folder made where it is missing. Resolves when it
 * survives a loss of power.
 * @param mode permissions, such as 0o600 for a secret
 */
export async function replaceFile(path: string, content: Buffer | string, mode = 0o644): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const half = `${path}.part`;
  const file = await open(half, "w", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, path);
  const names = await open(folder, "r");
  try {
    await names.sync();
  } finally {
    await names.close();
  }
}
