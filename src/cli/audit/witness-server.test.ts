import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aLeaf, checkpointOf, leavesOf, LOG, treeOf } from "../../../test/audit/public-log.ts";
import { askWitness, type KnownWitness } from "../../audit/tlog/ask-witness.ts";
import { consistencyProof } from "../../audit/tlog/proof.ts";
import { cosigner, openNote, verifierKeyText } from "../../audit/tlog/signed-note.ts";
import { LARGEST_REQUEST, Witness } from "../../audit/tlog/witness.ts";
import { keepContradictions } from "./contradictions.ts";
import { witnessServer } from "./witness-server.ts";
import { WitnessState } from "./witness-state.ts";

let folder: string;
let servers: Server[];
let clock: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waywarden-witness-"));
  servers = [];
  clock = 0;
});
afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A witness that begins or goes on in a folder of its own. */
async function start(name: string): Promise<KnownWitness> {
  const state = await WitnessState.open(join(folder, name), name);
  const signer = cosigner(state.name, state.privateKey, Date.now);
  const server = witnessServer(
    new Witness([LOG.verifier], signer, state, keepContradictions(join(folder, name))),
    verifierKeyText(signer.verifier),
    () => clock,
  );
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: signer.verifier };
}

const leaves = leavesOf(600);
const tiles = treeOf(leaves).tiles;
const note = (size: number): string => checkpointOf(leaves.slice(0, size));
const proofTo = (size: number) => (from: number) =>
  consistencyProof(from, size, async (level, index, width) =>
    (tiles.get(`${level}/${index}`) as Buffer).subarray(0, width * 32),
  );

describe("a witness over the network", () => {
  it("cosigns, so that two of them vouch for one checkpoint", async () => {
    const [north, south] = [await start("north.example"), await start("south.example")];
    let signed = note(600);
    for (const witness of [north, south]) {
      expect(await askWitness(witness, note(256), proofTo(256))).toMatchObject({ cosigned: true });
      const answer = await askWitness(witness, note(600), proofTo(600));
      signed += answer.cosigned ? answer.line : "";
    }
    const opened = openNote(signed, [LOG.verifier, north.key, south.key]);
    expect(opened.opened && opened.signatures.map(({ name }) => name)).toEqual([
      LOG.name,
      "north.example",
      "south.example",
    ]);
  });

  it("remembers after a restart what it cosigned, under the same key", async () => {
    const before = await start("north.example");
    await askWitness(before, note(600), proofTo(600));
    const after = await start("north.example");
    expect(verifierKeyText(after.key)).toBe(verifierKeyText(before.key));
    const older = await fetch(`${after.url}/add-checkpoint`, {
      method: "POST",
      body: `old 0\n\n${note(300)}`,
    });
    expect([older.status, older.headers.get("content-type"), await older.text()]).toEqual([
      409,
      "text/x.tlog.size",
      "600\n",
    ]);
    expect(readdirSync(join(folder, "north.example"))).toEqual(["witness.json"]);
    expect(statSync(join(folder, "north.example", "witness.json")).mode & 0o777).toBe(0o600);
  });

  it("keeps what a forked log signed, beside what it had cosigned", async () => {
    const { url } = await start("north.example");
    const complain = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const post = async (body: string) =>
      (await fetch(`${url}/add-checkpoint`, { method: "POST", body })).status;
    const forked = checkpointOf(leaves.slice(0, 300).with(9, aLeaf(9, 9, "0THER")));
    expect(await post(`old 0\n\n${note(300)}`)).toBe(200);
    expect(await post(`old 300\n\n${forked}`)).toBe(409);
    expect(await post(`old 300\n\n${note(600)}`)).toBe(422);
    const needless = Buffer.alloc(32).toString("base64");
    expect(await post(`old 300\n${needless}\n\n${note(300)}`)).toBe(422);
    const place = join(folder, "north.example", "contradictions");
    const names = readdirSync(place);
    expect(names.map((name) => name.replace(/-[0-9a-f]{16}/, "")).toSorted()).toEqual([
      "fork-300",
      "fork-300-after-300",
      "unproven-600",
      "unproven-600-after-300",
    ]);
    const kept = (pattern: RegExp) =>
      readFileSync(join(place, names.find((name) => pattern.test(name)) ?? ""), "utf8");
    expect(kept(/^fork-300-[0-9a-f]{16}$/)).toBe(forked);
    expect(kept(/^fork-300-.*after/)).toBe(note(300));
    expect(complain).toHaveBeenCalledTimes(2);
    complain.mockRestore();
  });

  it("shows its key, and nothing else than it should", async () => {
    const { url, key } = await start("north.example");
    expect(await (await fetch(`${url}/key`)).text()).toBe(`${verifierKeyText(key)}\n`);
    const status = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status;
    expect(await status("/")).toBe(404);
    expect(await status("/witness.json")).toBe(404);
    expect(await status("/add-checkpoint")).toBe(405);
    expect(await status("/add-checkpoint", { method: "POST", body: "nonsense" })).toBe(400);
    const large = "x".repeat(LARGEST_REQUEST + 1);
    expect(await status("/add-checkpoint", { method: "POST", body: large })).toBe(413);
  });

  it("answers an address only so often, and again when it has waited", async () => {
    const { url } = await start("north.example");
    const statuses = async (count: number) => {
      const replies = [];
      for (let asked = 0; asked < count; asked += 1) replies.push((await fetch(`${url}/key`)).status);
      return replies;
    };
    expect(await statuses(22)).toEqual([...Array.from({ length: 20 }, () => 200), 429, 429]);
    clock += 1000;
    expect(await statuses(6)).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe("the state of a witness", () => {
  it("is not opened under another name, when others can read it, or when it is damaged", async () => {
    const place = join(folder, "w");
    const file = join(place, "witness.json");
    await WitnessState.open(place, "north.example");
    await expect(WitnessState.open(place, "south.example")).rejects.toThrow("its name cannot change");
    expect((await WitnessState.open(place, undefined)).name).toBe("north.example");
    chmodSync(file, 0o644);
    await expect(WitnessState.open(place, undefined)).rejects.toThrow("can be read by others");
    chmodSync(file, 0o600);
    writeFileSync(file, '{"name":"north.example"');
    await expect(WitnessState.open(place, undefined)).rejects.toThrow("begin a new witness");
  });
});
