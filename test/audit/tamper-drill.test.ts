import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkpointText } from "../../src/audit/tlog/checkpoint.ts";
import { packEntries } from "../../src/audit/tlog/entry-bundle.ts";
import { leafHashOf } from "../../src/audit/tlog/hash.ts";
import { consistencyProof, type ReadTile } from "../../src/audit/tlog/proof.ts";
import {
  cosigner,
  noteSigner,
  privateKeyOf,
  signNote,
  verifierKeyText,
} from "../../src/audit/tlog/signed-note.ts";
import { Witness, witnessRequest, type WitnessedHead } from "../../src/audit/tlog/witness.ts";
import { updateMirror } from "../../src/cli/audit/mirror-folder.ts";
import { folderFiles } from "../../src/cli/audit/folder-files.ts";
import { runCommand } from "../../src/cli/commands.ts";
import { projectRoot } from "../../src/project-root.ts";
import { aLeaf, checkpointOf, leavesOf, LOG, putFile, putLog, seedOf, treeOf } from "./public-log.ts";

const SIZE = 700;
const EDITED = 300;
const good = leavesOf(SIZE);

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waywarden-drill-"));
  said = [];
  const listen = (text: string): void => void said.push(text);
  vi.spyOn(console, "log").mockImplementation(listen);
  vi.spyOn(console, "error").mockImplementation(listen);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

interface Finding {
  readonly code: number | null;
  readonly text: string;
}

/** What a stranger finds with the command line. */
async function verified(...more: readonly string[]): Promise<Finding> {
  said = [];
  const code = await runCommand(["audit", "verify", "--dir", folder, "--key", join(folder, "key"), ...more]);
  return { code, text: said.join("\n") };
}

/** What a stranger finds with a verifier that shares no code with the program. */
function independently(older?: string): Finding {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(projectRoot, "test/audit/independent-verifier.mjs"),
      folder,
      join(folder, "key"),
      ...(older === undefined ? [] : [older]),
    ],
    { encoding: "utf8" },
  );
  return { code: status, text: stdout + stderr };
}

/** Both verifiers, with an older checkpoint over the first 500 true entries that a stranger kept. */
async function withOlderCheckpoint(): Promise<readonly Finding[]> {
  const older = putFile(folder, "kept-by-a-stranger", checkpointOf(good.slice(0, 500)));
  return [await verified("--since", older), independently(older)];
}

const edited = (): Buffer[] => good.with(EDITED, aLeaf(EDITED, EDITED, "AN0THER"));
const bundle = (leaves: readonly Buffer[]): Buffer => packEntries(leaves.slice(256, 512));
const tile = (leaves: readonly Buffer[]): Buffer => treeOf(leaves).tiles.get("0/1") as Buffer;
const renumbered = (leaves: readonly Buffer[], from: number): Buffer[] =>
  leaves.map((leaf, index) => (index < from ? leaf : relabel(leaf, index)));
const relabel = (leaf: Buffer, index: number): Buffer =>
  Buffer.from(leaf.toString().replace(/"index":\d+/, `"index":${index}`));

describe("the good log", () => {
  it("holds for both verifiers, alone and with an older checkpoint", async () => {
    putLog(folder, good);
    expect(independently()).toEqual({ code: 0, text: "The log holds.\n" });
    const alone = await verified();
    expect(alone).toMatchObject({ code: 0 });
    const root = treeOf(good).root.toString("base64");
    expect(alone.text).toContain(
      `The log anpr.example/log holds: 700 entries, root ${root}, not cosigned by a witness you named; ` +
        "the contents of 700 were read",
    );
    for (const finding of await withOlderCheckpoint()) expect(finding).toMatchObject({ code: 0 });
  });

  it("holds by its hashes where the entries are not shown to the public", async () => {
    putLog(folder, good);
    rmSync(join(folder, "tile/entries"), { recursive: true });
    expect(await verified()).toMatchObject({ code: 0, text: expect.stringContaining("of 0 were read") });
    expect(independently()).toMatchObject({ code: 0 });
  });
});

describe("one without the log's key", () => {
  it("edits an entry: its hash names it", async () => {
    putLog(folder, good);
    putFile(folder, "tile/entries/001", bundle(edited()));
    expect(await verified()).toMatchObject({ code: 1, text: expect.stringContaining(`entry ${EDITED}:`) });
    expect(independently()).toMatchObject({ code: 1, text: expect.stringContaining(`entry ${EDITED}`) });
  });

  it("edits an entry and its hash: the level above names the tile", async () => {
    putLog(folder, good);
    putFile(folder, "tile/entries/001", bundle(edited()));
    putFile(folder, "tile/0/001", tile(edited()));
    expect(await verified()).toMatchObject({ code: 1, text: expect.stringContaining("tile/0/001:") });
    expect(independently()).toMatchObject({ code: 1, text: expect.stringContaining("of level 1") });
  });

  it("edits an entry and every tile: the signed root is another", async () => {
    putLog(folder, edited(), checkpointOf(good));
    expect(await verified()).toMatchObject({
      code: 1,
      text: expect.stringContaining("its root is not that"),
    });
    expect(independently()).toMatchObject({ code: 1, text: expect.stringContaining("root") });
  });

  it("signs with a key of their own: it is not the log's", async () => {
    const forger = noteSigner(LOG.name, privateKeyOf(seedOf("a forger")));
    putLog(folder, edited(), checkpointOf(edited(), forger));
    expect(await verified()).toMatchObject({ code: 1, text: expect.stringContaining("not signed by anpr") });
    expect(independently()).toMatchObject({
      code: 1,
      text: expect.stringContaining("not signed by the log"),
    });
  });

  it("drops a tile or cuts one short: it is named", async () => {
    putLog(folder, good);
    putFile(folder, "tile/0/001", tile(good).subarray(32));
    expect(await verified()).toMatchObject({ code: 1, text: expect.stringContaining("tile/0/001:") });
    expect(independently()).toMatchObject({ code: 1 });
    rmSync(join(folder, "tile/0/001"));
    expect(await verified()).toMatchObject({
      code: 1,
      text: expect.stringContaining("tile/0/001: it is missing"),
    });
    expect(independently()).toMatchObject({ code: 1 });
  });
});

describe("an insider with the log's key and all of its files", () => {
  const acts: readonly (readonly [string, () => Buffer[]])[] = [
    ["edits an entry", edited],
    ["drops an entry and closes the gap", () => renumbered(good.toSpliced(EDITED, 1), EDITED)],
    ["drops the last entries", () => good.slice(0, 400)],
    [
      "exchanges two entries",
      () => renumbered(good.with(EDITED, good[350] as Buffer).with(350, good[EDITED] as Buffer), EDITED),
    ],
    ["puts an entry in between", () => renumbered(good.toSpliced(EDITED, 0, aLeaf(EDITED)), EDITED)],
    ["back-dates an entry", () => good.with(EDITED, aLeaf(EDITED, EDITED - 1))],
  ];

  it.each(acts)("%s and signs anew: an older checkpoint finds it", async (_, leaves) => {
    putLog(folder, leaves());
    for (const finding of await withOlderCheckpoint()) {
      expect(finding).toMatchObject({ code: 1, text: expect.stringContaining("The log does not hold") });
    }
  });

  it.each(acts)("%s and signs anew: a mirror does not follow, and keeps the proof", async (_, leaves) => {
    const mirror = join(folder, "mirror");
    putLog(folder, good.slice(0, 500));
    await updateMirror(mirror, folderFiles(folder), LOG.verifier);
    rmSync(join(folder, "tile"), { recursive: true });
    putLog(folder, leaves());
    await expect(updateMirror(mirror, folderFiles(folder), LOG.verifier)).rejects.toThrow(
      /rewritten or has forked|were dropped|before the entry before it/,
    );
    expect(readFileSync(join(mirror, "checkpoint"), "utf8")).toBe(checkpointOf(good.slice(0, 500)));
    expect(readdirSync(join(mirror, "checkpoints"))).toHaveLength(2);
  });

  it("exchanges two entries as they are: each says its own place", async () => {
    putLog(folder, good.with(EDITED, good[350] as Buffer).with(350, good[EDITED] as Buffer));
    expect(await verified()).toMatchObject({ code: 1, text: expect.stringContaining(`entry ${EDITED}:`) });
    expect(independently()).toMatchObject({ code: 1, text: expect.stringContaining("says it is entry 350") });
  });

  it("appends an entry under an earlier time: time never goes back in a log", async () => {
    putLog(folder, [...good, aLeaf(SIZE, 10)]);
    expect(await verified()).toMatchObject({
      code: 1,
      text: expect.stringContaining("before the entry before it"),
    });
    expect(independently()).toMatchObject({ code: 1, text: expect.stringContaining("earlier than") });
  });
});

describe("a log that shows two people different histories", () => {
  const forked = [
    ...good.slice(0, 600),
    ...good.slice(600).map((_, at) => aLeaf(600 + at, 600 + at, "0THER")),
  ];
  // Two hours ago, in whole seconds as a cosignature has it.
  const cosignedAt = Math.floor(Date.now() / 1000) * 1000 - 2 * 60 * 60 * 1000;
  const key = cosigner("witness.example", privateKeyOf(seedOf("witness")), () => cosignedAt);
  const readTile =
    (leaves: readonly Buffer[]): ReadTile =>
    async (level, index, width) =>
      (treeOf(leaves).tiles.get(`${level}/${index}`) as Buffer).subarray(0, width * 32);

  it("passes each check alone, and is found when the two compare their checkpoints", async () => {
    putLog(folder, forked);
    expect(await verified()).toMatchObject({ code: 0 });
    const others = putFile(folder, "what-the-other-was-shown", checkpointOf(good.slice(0, 650)));
    const found = await verified("--since", others);
    expect(found).toMatchObject({ code: 1, text: expect.stringContaining("rewritten or has forked") });
    expect(independently(others)).toMatchObject({ code: 1, text: expect.stringContaining("not continue") });
  });

  it("gets the witness's cosignature for one of them only, so that who asks for it is not deceived", async () => {
    const heads = new Map<string, WitnessedHead>();
    const witness = new Witness([LOG.verifier], key, {
      latest: (origin) => heads.get(origin) ?? null,
      keep: async (origin, head) => void heads.set(origin, head),
    });
    const ask = async (leaves: readonly Buffer[], from: number) =>
      witness.addCheckpoint(
        witnessRequest(from, await consistencyProof(from, SIZE, readTile(leaves)), checkpointOf(leaves)),
      );
    const first = checkpointOf(good.slice(0, 600));
    const begun = await witness.addCheckpoint(witnessRequest(0, [], first));
    expect(begun.status).toBe(200);
    const cosigned = await ask(good, 600);
    expect(cosigned.status).toBe(200);
    expect((await ask(forked, 600)).status).toBe(409);
    expect((await ask(forked, SIZE)).status).toBe(409);

    const witnessKey = putFile(folder, "witness-key", `${verifierKeyText(key.verifier)}\n`);
    const needed = ["--witness-key", witnessKey, "--witnesses", "1"];
    putLog(folder, good, `${checkpointOf(good)}${cosigned.body}`);
    expect(await verified(...needed)).toMatchObject({
      code: 0,
      text: expect.stringContaining(`cosigned by witness.example at ${new Date(cosignedAt).toISOString()}`),
    });
    rmSync(join(folder, "tile"), { recursive: true });
    putLog(folder, forked, `${checkpointOf(forked)}${cosigned.body}`);
    expect(await verified(...needed)).toMatchObject({
      code: 1,
      text: expect.stringContaining("0 of the witnesses cosigned it; 1 must"),
    });

    // Beside the forked one it can only show what was cosigned: the true 700, or what both histories have in common.
    putLog(folder, forked);
    putFile(folder, "cosigned", `${checkpointOf(good)}${cosigned.body}`);
    expect(await verified(...needed)).toMatchObject({
      code: 1,
      text: expect.stringContaining(
        "the cosigned checkpoint was signed over: it was rewritten or has forked",
      ),
    });
    putFile(folder, "cosigned", `${first}${begun.body}`);
    expect(await verified(...needed)).toMatchObject({
      code: 0,
      text: expect.stringContaining("the first 600 of them cosigned by witness.example"),
    });
    expect(await verified(...needed, "--cosigned-within", "60")).toMatchObject({
      code: 1,
      text: expect.stringContaining("the 100 entries after the first 600 have not been cosigned within 60"),
    });
    expect(await verified(...needed, "--cosigned-within", "180")).toMatchObject({ code: 0 });
  });
});

describe("the two verifiers", () => {
  it("refuse a checkpoint of another log, though the same key signed it", async () => {
    putLog(folder, good);
    const { size, root } = treeOf(good);
    putFile(
      folder,
      "checkpoint",
      signNote(checkpointText({ origin: "other.example/log", size, root }), [LOG]),
    );
    expect(await verified()).toMatchObject({ code: 1, text: expect.stringContaining("of the log other") });
    expect(independently()).toMatchObject({ code: 1 });
  });

  it("agree on the hash of a leaf", () => {
    expect(treeOf([good[0] as Buffer]).root).toEqual(leafHashOf(good[0] as Buffer));
  });
});
