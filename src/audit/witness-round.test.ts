import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { LogStore, StoredCheckpoint } from "./log-store.ts";
import { logSigner } from "./log-key.ts";
import { checkpointText } from "./tlog/checkpoint.ts";
import { growTiles, tileKey } from "./tlog/grow.ts";
import { EMPTY_ROOT, leafHashOf } from "./tlog/hash.ts";
import { cosigner, openNote, signNote, verifierKeyText } from "./tlog/signed-note.ts";
import { Witness, type WitnessedHead } from "./tlog/witness.ts";
import { knownWitness, WitnessRound } from "./witness-round.ts";

const key = (): KeyObject => generateKeyPairSync("ed25519").privateKey;
const NOW = Date.parse("2026-11-23T12:00:00Z");

/** A small log in memory and a real witness behind a fetch of the test's. */
function aLog() {
  const signer = logSigner(key());
  const heads = new Map<string, WitnessedHead>();
  const cosignature = cosigner("witness.example", key(), () => NOW);
  const witness = new Witness([signer.verifier], cosignature, {
    latest: (origin) => heads.get(origin) ?? null,
    keep: async (origin, head) => void heads.set(origin, head),
  });
  const cosigned = new Map<number, string>();
  let tiles = new Map<string, Buffer>();
  let newest: StoredCheckpoint | null = null;
  const store = {
    newest: async () => newest,
    cosignedBy: async () => Math.max(0, ...cosigned.keys()),
    cosign: async (size: number, _witness: string, lines: string) => void cosigned.set(size, lines),
  } as unknown as LogStore;
  let posts = 0;
  const contradictions: string[] = [];
  const round = (reply?: () => Promise<Response>, cosigns = true) =>
    new WitnessRound({
      store,
      witnesses: [knownWitness(`https://witness.example/log ${verifierKeyText(cosignature.verifier)}`)],
      readTile: async (level, index, width) =>
        (tiles.get(tileKey(level, index)) as Buffer).subarray(0, width * 32),
      now: () => NOW,
      failed: () => undefined,
      contradicted: (why) => void contradictions.push(why),
      empty: () => signNote(checkpointText({ origin: signer.name, size: 0, root: EMPTY_ROOT }), [signer]),
      cosigns,
      fetch: async (_url, init) => {
        posts += 1;
        if (reply !== undefined) return reply();
        const { status, body, contentType } = await witness.addCheckpoint(init?.body as string);
        return new Response(body, { status, headers: { "content-type": contentType } });
      },
    });
  return {
    cosigned,
    cosignature,
    round,
    contradictions,
    posts: () => posts,
    /** What a backup brings back: nothing, or an older log. */
    lose: () => {
      newest = null;
      cosigned.clear();
    },
    newest: () => newest,
    grow(size: number, otherFrom = size): void {
      const leaf = (n: number): Buffer => leafHashOf(Buffer.from(n < otherFrom ? [n] : [n, n]));
      const grown = growTiles(
        0,
        new Map(),
        Array.from({ length: size }, (_, n) => leaf(n)),
      );
      tiles = grown.tiles;
      const text = checkpointText({ origin: signer.name, size, root: grown.root });
      newest = { size, root: grown.root, note: signNote(text, [signer]), at: new Date(NOW) };
    },
  };
}

describe("asking witnesses", () => {
  it("keeps the cosignature of each checkpoint it was given, from one to the next", async () => {
    const log = aLog();
    const round = log.round();
    for (const size of [3, 90]) {
      log.grow(size);
      await round.ask();
      const note = `${log.newest()?.note}${log.cosigned.get(size)}`;
      expect(openNote(note, [log.cosignature.verifier])).toMatchObject({
        opened: true,
        signatures: [{ name: "witness.example", time: NOW }],
      });
    }
    expect(round.states).toEqual([{ name: "witness.example", size: 90, refused: undefined, failures: 0 }]);
  });

  it("asks nobody about a checkpoint that is cosigned already", async () => {
    const log = aLog();
    log.grow(3);
    const round = log.round();
    await round.ask();
    const posts = log.posts();
    await round.ask();
    expect(log.posts()).toBe(posts);
  });

  it("goes on without a witness that is away, and says so", async () => {
    const log = aLog();
    log.grow(3);
    const round = log.round(() => Promise.reject(new Error("no route")));
    await round.ask();
    await round.ask();
    expect(round.states).toMatchObject([{ refused: expect.stringContaining("no route"), failures: 2 }]);
    expect(log.cosigned.size).toBe(0);
  });

  it("finds a log that was put back whole: shorter, empty, of the same size, or grown past it again", async () => {
    for (const [size, otherFrom, what] of [
      [60, 60, /has cosigned 90 entries of the log, and the store holds 60/],
      [0, 0, /has cosigned 90 entries of the log, and the store holds 0/],
      [90, 60, /has cosigned 90 entries of the log that are not those in the store/],
      [120, 60, /has cosigned 90 entries of the log that are not those in the store/],
    ] as const) {
      const log = aLog();
      log.grow(90);
      await log.round().ask();
      log.lose();
      if (size > 0) log.grow(size, otherFrom);
      await log.round().ask();
      expect(log.contradictions, `${size} entries`).toEqual([expect.stringMatching(what)]);
    }
  });

  it("asks after each start, though the store says that the newest is cosigned, and in a process without jobs only then", async () => {
    const log = aLog();
    log.grow(3);
    await log.round().ask();
    const round = log.round(undefined, false);
    await round.ask();
    const posts = log.posts();
    log.grow(9);
    await round.ask();
    expect([log.posts(), log.contradictions, round.states]).toEqual([posts, [], []]);
  });

  it("refuses a witness in the settings that is none", () => {
    const own = verifierKeyText(logSigner(key()).verifier);
    expect(() => knownWitness(`https://witness.example ${own}`)).toThrow(/not a witness's/);
    expect(() => knownWitness("witness.example nonsense")).toThrow(/an http address/);
    expect(() => knownWitness(`http://witness.example ${own}`)).toThrow(/needs an https address/);
  });
});
