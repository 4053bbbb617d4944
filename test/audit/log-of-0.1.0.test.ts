import { actNamed } from "../../src/audit/acts.ts";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { NewAuditEntry } from "../../src/audit/audit-log.ts";
import { ENDING } from "../../src/audit/act.ts";
import { holdAgainstLeaf, sealEntry } from "../../src/audit/leaf.ts";
import { unpackEntries } from "../../src/audit/tlog/entry-bundle.ts";
import { HASH_BYTES, leafHashOf } from "../../src/audit/tlog/hash.ts";
import { sayEntry } from "../../src/audit/words.ts";
import { runCommand } from "../../src/cli/commands.ts";
import { projectRoot } from "../../src/project-root.ts";
import { seedOf } from "./public-log.ts";

const LOG = join(projectRoot, "test/audit/log-of-0.1.0");
const SIZE = 262;
const bytes = (path: string): Buffer => readFileSync(join(LOG, path));

/** An entry as the store of that version kept it. */
interface Kept {
  readonly index: number;
  readonly at: string;
  readonly organisation: number | null;
  readonly action: NewAuditEntry["action"];
  readonly outcome: NewAuditEntry["outcome"];
  readonly open: Readonly<Record<string, unknown>>;
  readonly sealed: Readonly<Record<string, unknown>>;
  readonly salts: Readonly<Record<string, string>>;
}

const leaves = ["tile/entries/000", "tile/entries/001.p/6"].flatMap(
  (path) => unpackEntries(bytes(path)) ?? [],
);
const hashes = Buffer.concat([bytes("tile/0/000"), bytes("tile/0/001.p/6")]);
const kept = bytes("entries-in-the-clear.jsonl")
  .toString()
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Kept);
const leafOf = ({ index }: Kept): Buffer => leaves[index] as Buffer;
const asStored = (entry: Kept) => ({
  ...entry,
  at: new Date(entry.at),
  leaf: leafOf(entry),
  leafHash: hashes.subarray(entry.index * HASH_BYTES, (entry.index + 1) * HASH_BYTES),
});

/** The entry as it was given to the log, and the salts in the order in which its members are sealed. */
function asGiven({ organisation, action, outcome, open, sealed, salts }: Kept) {
  const { actor, requestId = null, ...members } = sealed;
  const order = [...Object.keys(members), ...(requestId === null ? [] : ["requestId"]), "actor"];
  const taken = order.map((name) => Buffer.from(salts[name] ?? "", "base64"));
  const entry = {
    actor: actor as string,
    organisation,
    action,
    outcome,
    subject: { ...open, ...members },
    requestId: requestId as string | null,
  };
  return { entry, newSalt: () => taken.shift() as Buffer };
}

describe("the public log of 0.1.0", () => {
  let said: string[];
  let folder: string;
  beforeEach(() => {
    said = [];
    folder = mkdtempSync(join(tmpdir(), "waywarden-kept-"));
    const listen = (text: string): void => void said.push(text);
    vi.spyOn(console, "log").mockImplementation(listen);
    vi.spyOn(console, "error").mockImplementation(listen);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  it("holds, with the contents of every entry, for the command and for the independent verifier", async () => {
    const code = await runCommand(["audit", "verify", "--dir", LOG, "--key", join(LOG, "key")]);
    expect([code, said.join("\n")]).toEqual([
      0,
      expect.stringMatching(/holds: 262 entries, .*the contents of 262 were read/),
    ]);
    const independent = spawnSync(
      process.execPath,
      [join(projectRoot, "test/audit/independent-verifier.mjs"), LOG, join(LOG, "key")],
      { encoding: "utf8" },
    );
    expect([independent.status, independent.stdout]).toEqual([0, "The log holds.\n"]);
  });

  it("does not hold once one letter of an entry is another", async () => {
    cpSync(LOG, folder, { recursive: true });
    const path = join(folder, "tile/entries/000");
    const changed = readFileSync(path, "latin1").replace('"outcome":"refused"', '"outcome":"allowed"');
    writeFileSync(path, changed, "latin1");
    const code = await runCommand(["audit", "verify", "--dir", folder, "--key", join(folder, "key")]);
    expect([code, said.join("\n")]).toEqual([1, expect.stringMatching(/does not hold.*entry \d+/s)]);
  });
});

describe("an entry of 0.1.0", () => {
  it("is there of every kind, each with its hash in the tree", () => {
    expect(leaves).toHaveLength(SIZE);
    expect(new Set(kept.map(({ action }) => action)).size).toBe(54);
    for (const [index, leaf] of leaves.entries())
      expect(leafHashOf(leaf).equals(hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES))).toBe(
        true,
      );
  });

  it.each(kept)("$index, $action, is what its leaf commits to, and can be read", (entry) => {
    expect(holdAgainstLeaf(asStored(entry))).toEqual({ redacted: [], fault: null });
    const { entry: given } = asGiven(entry);
    expect(sayEntry(given)).toMatch(/^[a-z]/);
    expect(sayEntry(given)).not.toMatch(/undefined|null|\[object/);
  });

  // Some acts have other members today; what an older entry opens and seals is then not said by their line of the table. And what
  // was only asked for, refused or failed shows nothing today but how it ended.
  const asToday = kept.filter((entry) => {
    const { entry: given } = asGiven(entry);
    const letHappen = entry.outcome === "allowed" || entry.outcome === "done";
    if (!letHappen && !Object.keys(entry.open).every((member) => member in ENDING)) return false;
    return actNamed(entry.action)?.subject.safeParse(given.subject).success ?? true;
  });

  it("is, of most kinds, one that could be written today", () => {
    expect(new Set(asToday.map(({ action }) => action)).size).toBeGreaterThan(25);
  });

  it.each(asToday)("$index, $action, is sealed into the same bytes today", (entry) => {
    const { entry: given, newSalt } = asGiven(entry);
    const { leaf } = sealEntry(given, { index: entry.index, at: new Date(entry.at) }, newSalt);
    expect(leaf.toString()).toBe(leafOf(entry).toString());
  });
});

describe("the form of a leaf", () => {
  it("is this text, byte for byte", () => {
    let salt = 0;
    const { leaf } = sealEntry(
      {
        actor: "investigator",
        organisation: 1,
        action: "enquiry.ask",
        outcome: "allowed",
        subject: {
          vrm: "AB12CDE",
          kind: "vrm",
          level: "serious",
          reason: "Fahrerflucht — Straße 7",
          nrds: [3, 1],
        },
        requestId: "r-1",
      },
      { index: 7, at: new Date("2026-11-22T08:15:30.123Z") },
      () => seedOf(`salt ${salt++}`),
    );
    expect(leaf.toString()).toBe(
      '{"action":"enquiry.ask","at":"2026-11-22T08:15:30.123Z","index":7,"open":{"kind":"vrm","level":"serious"},"organisation":1,"outcome":"allowed","sealed":{"actor":"gwAj+SCNkj2j5x3P6EuimvIcNSJ94ll4W9351jBwdiI=","nrds":"mPCjN0zAex3YtGhQYlXgDKWuWnNWJzqN35qAd5P+suc=","reason":"i/s2gyVpmbWBETPnp6uEqGIYLRp5tAqBeVRH9lL3c84=","requestId":"tOnTA3Dpvk260lAbJN2J7MocC8vYsbwVKm///iNBTh4=","vrm":"RtvLsCUX4rLhnpiYvLIlOKi8LWbWogSotLPtUitzifk="},"v":1}',
    );
    expect(leafHashOf(leaf).toString("hex")).toBe(
      "98dccceed69eb7b58cc893d21b548c37fb86b4a1b09d6bf4ebd19972b0a0dc0b",
    );
  });
});
