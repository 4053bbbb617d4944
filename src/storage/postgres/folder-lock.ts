import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Holder {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, and the boot; null where the system does not say. */
  readonly started: string | null;
}

/** Another process has the folder open. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
}

const heldHere = new Set<string>();

/** A process id comes back after a restart, above all in a container; its start time and boot do not. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return started === null || started === startOf(pid);
}

/**
 * Takes the one-process lock of an embedded store's folder, created when absent; answers how to let go. What a killed
 * process left behind never blocks.
 * @throws FolderInUse naming the living process that holds the folder.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "waywarden.lock");
  let holder: Holder | undefined;
  try {
    holder = JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    holder = undefined;
  }
  if (heldHere.has(folder) || (holder !== undefined && isAlive(holder))) {
    throw new FolderInUse(
      `${folder} is in use by process ${holder?.pid ?? process.pid}; only one process may open it`,
    );
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder));
  heldHere.add(folder);
  return () => {
    heldHere.delete(folder);
    rmSync(file, { force: true });
  };
}
