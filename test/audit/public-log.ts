import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sealEntry } from "../../src/audit/leaf.ts";
import { checkpointText } from "../../src/audit/tlog/checkpoint.ts";
import { packEntries } from "../../src/audit/tlog/entry-bundle.ts";
import { growTiles, type Grown } from "../../src/audit/tlog/grow.ts";
import { leafHashOf } from "../../src/audit/tlog/hash.ts";
import {
  noteSigner,
  privateKeyOf,
  signNote,
  verifierKeyText,
  type NoteSigner,
} from "../../src/audit/tlog/signed-note.ts";
import { entriesPath, TILE_WIDTH, tilePath, widthOfTile } from "../../src/audit/tlog/tile.ts";

const START = Date.parse("2026-11-23T06:00:00.000Z");
const SECOND_MS = 1000;

/** The log of the drill. Its private key is known here, as an insider who tampers would know it. */
export const LOG: NoteSigner = noteSigner("anpr.example/log", privateKeyOf(seedOf("the log of the drill")));

/** 32 bytes that follow from a text: a key or a salt of a test. */
export function seedOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The leaf of one enquiry; `second` says when it was made, counted from the start of the drill. */
export function aLeaf(index: number, second = index, vrm = `WW${index}`): Buffer {
  const entry = {
    actor: "investigator",
    organisation: 1,
    action: "enquiry.ask",
    outcome: "allowed",
    subject: { kind: "vrm", level: "serious", vrm, reason: "a stolen vehicle" },
    requestId: null,
  } as const;
  const at = new Date(START + second * SECOND_MS);
  return sealEntry(entry, { index, at }, () => seedOf(`salt ${index}`)).leaf;
}

/** A working morning: so many leaves, a second apart. */
export const leavesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => aLeaf(index));

/** The tree over some leaves. */
export const treeOf = (leaves: readonly Buffer[]): Grown => growTiles(0, new Map(), leaves.map(leafHashOf));

/** The signed checkpoint over all of some leaves. */
export function checkpointOf(leaves: readonly Buffer[], signer: NoteSigner = LOG): string {
  const { size, root } = treeOf(leaves);
  return signNote(checkpointText({ origin: signer.name, size, root }), [signer]);
}

/** A file of a public log, as one of its paths. */
export function putFile(folder: string, path: string, content: Buffer | string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Writes all public files of a log over these leaves, its key beside them. */
export function putLog(folder: string, leaves: readonly Buffer[], note = checkpointOf(leaves)): void {
  const { tiles, size } = treeOf(leaves);
  for (const [key, bytes] of tiles) {
    const [level, index] = key.split("/").map(Number) as [number, number];
    putFile(folder, tilePath(level, index, widthOfTile(level, index, size)), bytes);
  }
  for (let first = 0; first < leaves.length; first += TILE_WIDTH) {
    const bundle = leaves.slice(first, first + TILE_WIDTH);
    putFile(folder, entriesPath(first / TILE_WIDTH, bundle.length), packEntries(bundle));
  }
  putFile(folder, "checkpoint", note);
  putFile(folder, "key", `${verifierKeyText(LOG.verifier)}\n`);
}
