import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { join } from "node:path";

const OTHERS = 0o077;

/**
 * Keeps a data folder to the user that runs the service (OPS-2): everything made from now on, and what lies in it already, also
 * where somebody made or copied it beforehand. Links inside it are left alone, and what they lead to.
 * @returns how many files and folders others could read, or write, until now
 * @throws Error naming what belongs to another user
 */
export function makePrivate(folder: string): number {
  process.umask(OTHERS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const there = realpathSync(folder);
  return lookInto(there, lstatSync(there));
}

function lookInto(path: string, found: Stats): number {
  let changed = 0;
  if (found.isSymbolicLink()) return 0;
  if ((found.mode & OTHERS) !== 0) {
    take(path, found.mode & 0o700);
    changed++;
  }
  if (!found.isDirectory()) return changed;
  for (const name of namesIn(path)) {
    const inside = join(path, name);
    const there = lstatSync(inside, { throwIfNoEntry: false });
    if (there !== undefined) changed += lookInto(inside, there);
  }
  return changed;
}

/** What a running store takes away meanwhile is nobody's to read either, nor what is closed to us: a volume's `lost+found`. */
function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (["ENOENT", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

function take(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code !== "EPERM") throw error;
    throw new Error(
      `${path} can be read by others and belongs to another user. Give it to the user that runs the service: chown -R USER ${path}`,
      { cause: error },
    );
  }
}
