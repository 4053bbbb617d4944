// A second verifier, after docs/audit-log.md alone: it shares no line with the program, keeps everything in memory and
// follows the definitions word for word. Usage: node independent-verifier.mjs FOLDER KEY-FILE [OLDER-CHECKPOINT]
// Exits 0 when the log holds, 1 with what is wrong, 2 on wrong usage.
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

function mth(hashes) {
  if (hashes.length === 0) return sha256("");
  if (hashes.length === 1) return hashes[0];
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return sha256(Buffer.from([1]), mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}

function check(right, why) {
  if (!right) throw new Error(why);
}

function readKey(file) {
  const [, name, id, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)\s*$/.exec(readFileSync(file, "utf8")) ?? [];
  const bytes = Buffer.from(base64 ?? "", "base64");
  check(bytes.length === 33 && bytes[0] === 1, "the key is not an Ed25519 verifier key");
  check(sha256(`${name}\n`, bytes).toString("hex").slice(0, 8) === id, "the key id is not the key's");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes.subarray(1)]);
  return { name, id, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

function readCheckpoint(file, { name, id, key }) {
  const note = readFileSync(file, "utf8");
  const gap = note.lastIndexOf("\n\n");
  const text = note.slice(0, gap + 1);
  const signatures = note
    .slice(gap + 2)
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([dash, signer]) => dash === "—" && signer === name)
    .map(([, , base64]) => Buffer.from(base64, "base64"))
    .filter((bytes) => bytes.subarray(0, 4).toString("hex") === id);
  const signed = signatures.some((bytes) => verify(null, Buffer.from(text), key, bytes.subarray(4)));
  check(gap > 0 && signed, `${file} is not signed by the log`);
  const [origin, size, root] = text.split("\n");
  check(origin === name && /^(0|[1-9][0-9]*)$/.test(size), `${file} is not a checkpoint of this log`);
  return { size: Number(size), root: Buffer.from(root, "base64") };
}

const numbered = (n) => {
  const groups = String(n)
    .padStart(Math.ceil(String(n).length / 3) * 3, "0")
    .match(/.{3}/g);
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
};

function pathsOf(kind, count) {
  const full = Math.floor(count / 256);
  const paths = Array.from({ length: full }, (_, n) => `tile/${kind}/${numbered(n)}`);
  return count % 256 === 0 ? paths : [...paths, `tile/${kind}/${numbered(full)}.p/${count % 256}`];
}

function readLevel(folder, level, count) {
  const bytes = Buffer.concat(pathsOf(level, count).map((path) => readFileSync(join(folder, path))));
  check(bytes.length === count * 32, `level ${level} does not hold ${count} hashes`);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * 32, at * 32 + 32));
}

function readEntries(folder, size) {
  const entries = [];
  for (const path of pathsOf("entries", size)) {
    if (!existsSync(join(folder, path))) return null;
    const bytes = readFileSync(join(folder, path));
    for (let at = 0; at < bytes.length;) {
      const length = bytes[at] * 256 + bytes[at + 1];
      check(at + 2 + length <= bytes.length, `${path} ends in the middle of an entry`);
      entries.push(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  check(entries.length === size, `there are ${entries.length} entries, not ${size}`);
  return entries;
}

function verifyFolder(folder, keyFile, olderFile) {
  const key = readKey(keyFile);
  const { size, root } = readCheckpoint(join(folder, "checkpoint"), key);
  const hashes = readLevel(folder, 0, size);

  for (let level = 1, below = hashes; Math.floor(below.length / 256) > 0; level += 1) {
    const count = Math.floor(below.length / 256);
    const published = readLevel(folder, level, count);
    const above = published.map((_, at) => mth(below.slice(at * 256, at * 256 + 256)));
    for (const [at, hash] of above.entries()) {
      check(hash.equals(published[at]), `hash ${at} of level ${level} is not that of the tile below it`);
    }
    below = above;
  }
  check(mth(hashes).equals(root), "the checkpoint's root is not that of the tiles");

  let before = "";
  for (const [index, leaf] of (readEntries(folder, size) ?? []).entries()) {
    check(sha256(Buffer.from([0]), leaf).equals(hashes[index]), `entry ${index} does not have its hash`);
    const entry = JSON.parse(leaf.toString());
    check(entry.index === index, `entry ${index} says it is entry ${entry.index}`);
    check(entry.at >= before, `entry ${index} is earlier than the one before it`);
    before = entry.at;
  }

  if (olderFile === undefined) return;
  const older = readCheckpoint(olderFile, key);
  check(older.size <= size, "the log is shorter than the older checkpoint");
  check(
    mth(hashes.slice(0, older.size)).equals(older.root),
    "the log does not continue the older checkpoint",
  );
}

const [folder, keyFile, olderFile] = process.argv.slice(2);
if (keyFile === undefined) {
  process.stderr.write("Usage: node independent-verifier.mjs FOLDER KEY-FILE [OLDER-CHECKPOINT]\n");
  process.exitCode = 2;
} else {
  try {
    verifyFolder(folder, keyFile, olderFile);
    process.stdout.write("The log holds.\n");
  } catch (error) {
    process.stderr.write(`The log does not hold: ${error.message}.\n`);
    process.exitCode = 1;
  }
}
