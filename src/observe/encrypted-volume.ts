import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the system says about the volume that a folder lies on: it is encrypted, or this program cannot tell. */
export type Volume =
  | { readonly encrypted: true; readonly by: string }
  | { readonly encrypted: null; readonly why: string };

/** The system's own files; a test gives others. */
export interface System {
  readonly mountInfo: string;
  /** Folder of block devices by number. */
  readonly devices: string;
}

const LINUX: System = { mountInfo: "/proc/self/mountinfo", devices: "/sys/dev/block" };
/** How device mapper names what dm-crypt made, LUKS or plain. */
const DM_CRYPT = "CRYPT-";

/**
 * Looks for dm-crypt (LUKS) below the file system of a folder, through logical volumes and RAID. What it cannot see it does not
 * deny: ZFS and fscrypt encrypt above the device, a cloud's disk or a self-encrypting one below it (OPS-2).
 */
export function volumeOf(folder: string, system: System = LINUX): Volume {
  try {
    const mount = mountOf(realpathSync(folder), readFileSync(system.mountInfo, "utf8"));
    if (mount === undefined) return { encrypted: null, why: "its mount is not known" };
    const device = mount.device.startsWith("0:") ? deviceAt(mount.source) : mount.device;
    if (device === null) return { encrypted: null, why: `${mount.type} has no device of its own to look at` };
    if (isCrypt(join(system.devices, device))) return { encrypted: true, by: "dm-crypt" };
    return { encrypted: null, why: `no dm-crypt is seen below its ${mount.type}` };
  } catch (error) {
    return { encrypted: null, why: error instanceof Error ? error.message : String(error) };
  }
}

interface Mount {
  readonly device: string;
  readonly at: string;
  readonly type: string;
  readonly source: string;
}

/** The mount whose place is the longest beginning of a path; of two at one place the later. */
function mountOf(path: string, mountInfo: string): Mount | undefined {
  let best: Mount | undefined;
  for (const line of mountInfo.split("\n")) {
    const [before, after] = line.split(" - ");
    const [, , device, , at] = (before ?? "").split(" ");
    const [type, source] = (after ?? "").split(" ");
    if (device === undefined || at === undefined || type === undefined || source === undefined) continue;
    // Spaces in a mount's place are written in octal.
    const place = at.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const holds = place === "/" || path === place || path.startsWith(`${place}/`);
    if (holds && place.length >= (best?.at.length ?? 0)) best = { device, at: place, type, source };
  }
  return best;
}

/** Numbers of a block device (`major:minor`), where a file system such as Btrfs has a number of its own. */
function deviceAt(source: string): string | null {
  if (!source.startsWith("/dev/")) return null;
  const { rdev } = statSync(source);
  return `${(rdev >> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >> 12) & 0xfff00)}`;
}

/** Whether a device is dm-crypt's, or all that it is made of are. */
function isCrypt(device: string): boolean {
  if (textOf(join(device, "dm/uuid")).startsWith(DM_CRYPT)) return true;
  const below = namesIn(join(device, "slaves"));
  return below.length > 0 && below.every((name) => isCrypt(join(device, "slaves", name)));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
