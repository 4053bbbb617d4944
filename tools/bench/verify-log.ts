import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sealEntry } from "../../src/audit/leaf.ts";
import { checkpointText } from "../../src/audit/tlog/checkpoint.ts";
import { packEntries } from "../../src/audit/tlog/entry-bundle.ts";
import { edgeKeys, growTiles, tileKey } from "../../src/audit/tlog/grow.ts";
import { leafHashOf } from "../../src/audit/tlog/hash.ts";
import { noteSigner, privateKeyOf, signNote, verifierKeyText } from "../../src/audit/tlog/signed-note.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "../../src/audit/tlog/tile.ts";
import type { Figure } from "./report.ts";

const LOOK_EVERY_MS = 20;

/** A stranger checks a whole log of enquiries in a folder, hashes and entries, in a process of its own. */
export async function benchVerifyLog(scale: { entries: number }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-bench-log-"));
  try {
    writeLog(folder, scale.entries);
    const started = performance.now();
    const { peakMebibytes, code } = await runVerify(folder);
    const seconds = (performance.now() - started) / 1000;
    if (code !== 0) throw new Error("The log that was made for the measurement does not hold.");
    const note = `${scale.entries} entries`;
    return [
      { measure: "verify a whole log", value: seconds, unit: "s", target: { atMost: 60 }, note },
      { measure: "memory, peak", value: peakMebibytes, unit: "MiB", target: { atMost: 300 } },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the public files of a log, a tile at a time. */
function writeLog(folder: string, entries: number): void {
  const signer = noteSigner("bench.example/log", privateKeyOf(Buffer.alloc(32, 7)));
  const edge = new Map<string, Buffer>();
  let [size, root] = [0, growTiles(0, edge, []).root];
  while (size < entries) {
    const first = size;
    const count = Math.min(TILE_WIDTH, entries - size);
    const leaves = Array.from({ length: count }, (_, at) => aLeaf(first + at));
    put(folder, entriesPath(first / TILE_WIDTH, count), packEntries(leaves));
    const grown = growTiles(size, edge, leaves.map(leafHashOf));
    ({ size, root } = grown);
    for (const [key, bytes] of grown.tiles) {
      const [level, index] = key.split("/").map(Number) as [number, number];
      edge.set(key, bytes);
      if (bytes.length === TILE_WIDTH * 32) put(folder, tilePath(level, index), bytes);
    }
    const begun = new Set(edgeKeys(size).map(({ level, index }) => tileKey(level, index)));
    for (const key of edge.keys()) if (!begun.has(key)) edge.delete(key);
  }
  for (const { level, index } of edgeKeys(size)) {
    const bytes = edge.get(tileKey(level, index)) as Buffer;
    put(folder, tilePath(level, index, bytes.length / 32), bytes);
  }
  put(folder, "checkpoint", signNote(checkpointText({ origin: signer.name, size, root }), [signer]));
  put(folder, "key", verifierKeyText(signer.verifier));
}

function aLeaf(index: number): Buffer {
  const subject = { kind: "vrm", level: "serious", vrm: `WW${index}`, reason: "a stolen vehicle", count: 3 };
  const at = new Date(Date.UTC(2026, 0, 1) + index * 30);
  return sealEntry(
    {
      actor: "investigator",
      organisation: 1,
      action: "enquiry.ask",
      outcome: "asked",
      subject,
      requestId: null,
    },
    { index, at },
  ).leaf;
}

function put(folder: string, path: string, content: Buffer | string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Runs the command as a person would; the kernel knows the most memory it ever held. */
async function runVerify(folder: string): Promise<{ peakMebibytes: number; code: number | null }> {
  const main = process.argv[1] as string;
  const options = ["audit", "verify", "--dir", folder, "--key", join(folder, "key")];
  const child = spawn(process.execPath, [...process.execArgv, main, ...options], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  let peakMebibytes = Number.NaN;
  const looking = setInterval(() => {
    peakMebibytes = peakOf(child.pid) ?? peakMebibytes;
  }, LOOK_EVERY_MS);
  const [code] = (await once(child, "exit")) as [number | null];
  clearInterval(looking);
  return { peakMebibytes, code };
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  } catch {
    return undefined;
  }
}
