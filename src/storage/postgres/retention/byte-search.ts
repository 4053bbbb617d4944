import type { Dirent } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Mark } from "../../../retention/traces.ts";

const CHUNK = 256 * 1024;
/** How far from its capture time a VRM stands in a row or in an index, at most, in bytes. */
const NEAR = 128;
/** PostgreSQL counts microseconds from 2000. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
const DASH = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
/** Digits of a moment in epoch milliseconds, from 2001 until 2286. */
const MOMENT_DIGITS = 13;

/**
 * Counts how often bytes of marked items stand in the files of a PostgreSQL data folder, whatever the database says about them:
 * their capture time in binary beside their VRM, or a read's id. Reads every byte, with pauses for others.
 * @returns how often, and the bytes looked at
 */
export async function searchBytes(
  folder: string,
  marks: readonly Mark[],
): Promise<{ readonly found: number; readonly bytes: number }> {
  const sought = soughtFor(marks);
  const total = { found: 0, bytes: 0 };
  for (const file of await filesIn(folder)) {
    const handle = await open(file).catch(ignoreMissing);
    if (handle === null) continue;
    try {
      const buffer = Buffer.alloc(CHUNK + 2 * NEAR);
      let kept = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, kept, buffer.length - kept);
        if (bytesRead === 0) break;
        total.bytes += bytesRead;
        const filled = kept + bytesRead;
        total.found += findIn(buffer.subarray(0, filled), sought);
        // What may go on in the next chunk is looked at again with it.
        kept = Math.min(2 * NEAR, filled);
        buffer.copyWithin(0, filled - kept, filled);
      }
    } finally {
      await handle.close();
    }
  }
  return total;
}

interface Sought {
  /** By capture time in PostgreSQL's microseconds, the VRMs. */
  readonly vrms: ReadonlyMap<number, readonly Buffer[]>;
  readonly ids: ReadonlySet<string>;
  /** Highest and lowest upper half of those times: almost every place is passed over by it. */
  readonly low: number;
  readonly high: number;
}

function soughtFor(marks: readonly Mark[]): Sought {
  const vrms = new Map<number, Buffer[]>();
  for (const { captured, vrm } of marks) {
    if (vrm === "") continue;
    const moment = (captured - POSTGRES_EPOCH_MS) * 1_000;
    vrms.set(moment, [...(vrms.get(moment) ?? []), Buffer.from(vrm)]);
  }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const moment of vrms.keys()) {
    const upper = Math.floor(moment / 2 ** 32);
    low = Math.min(low, upper);
    high = Math.max(high, upper);
  }
  const ids = new Set(marks.flatMap(({ readId }) => readId ?? []));
  return { vrms, ids, low, high };
}

function findIn(bytes: Buffer, { vrms, ids, low, high }: Sought): number {
  let found = 0;
  for (let at = 0; at + 8 <= bytes.length; at++) {
    const upper = bytes.readInt32LE(at + 4);
    if (upper >= low && upper <= high) {
      const beside = vrms.get(upper * 2 ** 32 + bytes.readUInt32LE(at));
      const near = beside && bytes.subarray(Math.max(0, at - NEAR), at + 8 + NEAR);
      if (near && beside.some((vrm) => near.includes(vrm))) found++;
    }
    if (bytes[at] === DASH && ids.size > 0 && isReadId(bytes, at, ids)) found++;
  }
  return found;
}

/** Whether a read's id has its dash here: `<nrd>-<captured ms>`, with or without `-<n>`. */
function isReadId(bytes: Buffer, dash: number, ids: ReadonlySet<string>): boolean {
  let start = dash;
  while (start > 0 && isDigit(bytes[start - 1])) start--;
  let end = dash + 1;
  while (isDigit(bytes[end])) end++;
  if (start === dash || end - dash - 1 < MOMENT_DIGITS) return false;
  // Bytes before and after may look like digits too: the id's own end decides.
  const after = /^-\d{1,3}/.exec(bytes.toString("latin1", end, end + 4))?.[0] ?? "";
  for (let first = start; first < dash; first++) {
    const id = bytes.toString("latin1", first, dash + 1 + MOMENT_DIGITS);
    if (ids.has(id) || ids.has(id + after)) return true;
  }
  return false;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries: readonly Dirent[] =
    (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
  const files = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return files.flat();
}

/** Null for what is not there any more; every other fault is thrown on. */
function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
