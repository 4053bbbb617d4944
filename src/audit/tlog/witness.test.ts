import { describe, expect, it } from "vitest";
import { askWitness } from "./ask-witness.ts";
import { checkpointText } from "./checkpoint.ts";
import { leafHashOf, sha256 } from "./hash.ts";
import { someLeaves, tileReader } from "./naive-tree.fixture.ts";
import { consistencyProof, rootOf } from "./proof.ts";
import { cosigner, noteSigner, openNote, privateKeyOf, signatureLine, signNote } from "./signed-note.ts";
import { Witness, witnessRequest, type WitnessedHead } from "./witness.ts";

const ORIGIN = "anpr.example/log";
const AT = Date.parse("2026-11-23T07:00:00Z");
const log = noteSigner(ORIGIN, privateKeyOf(sha256(Buffer.from("log"))));
const key = cosigner("witness.example", privateKeyOf(sha256(Buffer.from("witness"))), () => AT);

/** A log over these leaves: its signed checkpoint and its proofs. */
function aLog(leaves: readonly Buffer[], origin = ORIGIN, signer = log) {
  const read = tileReader(leaves.map(leafHashOf));
  return {
    note: async (size: number) =>
      signNote(checkpointText({ origin, size, root: await rootOf(size, read) }), [signer]),
    proof: (from: number, to: number) => consistencyProof(from, to, read),
  };
}

function aWitness() {
  const heads = new Map<string, WitnessedHead>();
  const store = {
    latest: (origin: string) => heads.get(origin) ?? null,
    keep: async (origin: string, head: WitnessedHead) => {
      await new Promise((resolve) => setImmediate(resolve));
      heads.set(origin, head);
    },
  };
  return { witness: new Witness([log.verifier], key, store), heads, store };
}

const good = aLog(someLeaves(700));
const forked = aLog([...someLeaves(299), Buffer.from("another 299th"), ...someLeaves(400, 300)]);

const asked = async (from: number, to: number, of = good) =>
  witnessRequest(from, await of.proof(from, to), await of.note(to));

describe("a witness", () => {
  it("cosigns a log from its beginning, and each tree that continues the last", async () => {
    const { witness, heads } = aWitness();
    for (const [from, to] of [
      [0, 300],
      [300, 300],
      [300, 700],
    ] as const) {
      const reply = await witness.addCheckpoint(await asked(from, to));
      expect(reply.status).toBe(200);
      const opened = openNote(`${await good.note(to)}${reply.body}`, [log.verifier, key.verifier]);
      expect(opened.opened && opened.signatures.map(({ name, time }) => [name, time])).toEqual([
        [ORIGIN, null],
        ["witness.example", AT],
      ]);
      expect(heads.get(ORIGIN)?.size).toBe(to);
    }
  });

  it("says the size it is at when asked from another one", async () => {
    const { witness } = aWitness();
    await witness.addCheckpoint(await asked(0, 300));
    for (const [from, to] of [
      [0, 700],
      [299, 700],
      [0, 100],
    ] as const) {
      expect(await witness.addCheckpoint(await asked(from, to))).toEqual({
        status: 409,
        contentType: "text/x.tlog.size",
        body: "300\n",
      });
    }
  });

  it("never cosigns a fork, an older tree or a proof that does not lead to it", async () => {
    const { witness, heads } = aWitness();
    await witness.addCheckpoint(await asked(0, 300));
    const statuses = [
      await witness.addCheckpoint(await asked(300, 300, forked)),
      await witness.addCheckpoint(await asked(300, 600, forked)),
      await witness.addCheckpoint(witnessRequest(300, [], await good.note(600))),
      await witness.addCheckpoint(witnessRequest(300, await good.proof(300, 500), await good.note(600))),
      await witness.addCheckpoint(witnessRequest(300, [], await good.note(200))),
    ].map(({ status, contentType }) => [status, contentType === "text/x.tlog.size"]);
    expect(statuses).toEqual([
      [409, false],
      [422, false],
      [422, false],
      [422, false],
      [400, false],
    ]);
    expect(heads.get(ORIGIN)?.size).toBe(300);
  });

  it("refuses a log it does not watch, and a checkpoint that the log has not signed", async () => {
    const { witness } = aWitness();
    const stranger = noteSigner(ORIGIN, privateKeyOf(sha256(Buffer.from("stranger"))));
    const elsewhere = aLog(someLeaves(3), "elsewhere.example/log");
    expect((await witness.addCheckpoint(witnessRequest(0, [], await elsewhere.note(3)))).status).toBe(404);
    const unsigned = aLog(someLeaves(3), ORIGIN, stranger);
    expect((await witness.addCheckpoint(witnessRequest(0, [], await unsigned.note(3)))).status).toBe(403);
    const changed = (await good.note(3)).replace("\n3\n", "\n4\n");
    expect((await witness.addCheckpoint(witnessRequest(0, [], changed))).status).toBe(403);
  });

  it("refuses what is malformed", async () => {
    const { witness } = aWitness();
    const note = await good.note(3);
    const hash = sha256(Buffer.alloc(0)).toString("base64");
    for (const body of [
      "",
      note,
      `old 00\n\n${note}`,
      `old -1\n\n${note}`,
      `old  0\n\n${note}`,
      `OLD 0\n\n${note}`,
      `old 0\nnot a hash\n\n${note}`,
      `old 0\n${hash.slice(0, 40)}\n\n${note}`,
      `old 0\n${`${hash}\n`.repeat(64)}\n${note}`,
      `old 0\n\n${note.slice(0, 60)}`,
      `old 0\n\n${note.replace("\n3\n", "\n03\n")}`,
    ]) {
      expect((await witness.addCheckpoint(body)).status, body).toBe(400);
    }
  });

  it("takes requests that come together one at a time, so that none rolls another back", async () => {
    const { witness, heads } = aWitness();
    await witness.addCheckpoint(await asked(0, 100));
    const bodies = await Promise.all([500, 300, 700].map((to) => asked(100, to)));
    const replies = await Promise.all(bodies.map((body) => witness.addCheckpoint(body)));
    expect(replies.map(({ status, body }) => (status === 200 ? "cosigned" : body))).toEqual([
      "cosigned",
      "500\n",
      "500\n",
    ]);
    expect(heads.get(ORIGIN)?.size).toBe(500);
  });

  it("cosigns nothing that it could not keep, and goes on with the next", async () => {
    const { witness, store, heads } = aWitness();
    const keep = store.keep;
    store.keep = () => Promise.reject(new Error("the disk is full"));
    await expect(witness.addCheckpoint(await asked(0, 300))).rejects.toThrow("the disk is full");
    expect(heads.size).toBe(0);
    store.keep = keep;
    expect((await witness.addCheckpoint(await asked(0, 300))).status).toBe(200);
  });
});

describe("a log that asks a witness", () => {
  const known = { url: "https://witness.example/w/", key: key.verifier };
  const proofTo = (size: number) => (from: number) => good.proof(from, size);

  /** The witness behind an HTTP client that notes what was asked. */
  function over(witness: Witness) {
    const requests: string[] = [];
    const client: typeof fetch = async (url, init) => {
      const sent = init?.body as string;
      requests.push(`${url as string} ${sent.split("\n")[0]}`);
      const { status, contentType, body } = await witness.addCheckpoint(sent);
      return new Response(body, { status, headers: { "content-type": contentType } });
    };
    return { client, requests };
  }

  it("adds its cosignature, asking once more from the size that the witness is at", async () => {
    const { witness } = aWitness();
    const { client, requests } = over(witness);
    const first = await askWitness(known, await good.note(300), proofTo(300), { fetch: client });
    expect(first).toMatchObject({ cosigned: true, time: AT });
    const note = await good.note(700);
    const second = await askWitness(known, note, proofTo(700), { fetch: client });
    const line = second.cosigned ? second.line : "";
    expect(openNote(`${note}${line}`, [key.verifier]).opened).toBe(true);
    await askWitness(known, note, proofTo(700), { fetch: client, oldSize: 700 });
    const url = "https://witness.example/w/add-checkpoint";
    expect(requests).toEqual([`${url} old 0`, `${url} old 0`, `${url} old 300`, `${url} old 700`]);
  });

  it("is told why not when the witness refuses, is ahead, is away or talks too much", async () => {
    const { witness } = aWitness();
    const { client } = over(witness);
    await askWitness(known, await good.note(700), proofTo(700), { fetch: client });
    const ask = async (fetching: typeof fetch, size = 700) =>
      askWitness(known, await good.note(size), proofTo(size), { fetch: fetching });
    const fork = await askWitness(known, await forked.note(700), (from) => forked.proof(from, 700), {
      fetch: client,
    });
    expect(fork).toMatchObject({ cosigned: false, why: expect.stringContaining("409: A tree of 700") });
    expect(await ask(client, 300)).toMatchObject({
      why: expect.stringContaining("has cosigned 700 entries, and the checkpoint is over 300"),
      contradicts: { size: 700 },
    });
    expect(await ask(() => Promise.reject(new Error("connection refused")))).toEqual({
      cosigned: false,
      why: "witness.example cannot be asked: connection refused",
    });
    expect(await ask(async () => new Response("x".repeat(20_000)))).toMatchObject({
      why: expect.stringContaining("larger than 16384 bytes"),
    });
    expect(await ask(async () => new Response("\u001B[31m no\nmore", { status: 500 }))).toMatchObject({
      why: "witness.example answered 500: ?[31m no",
    });
  });

  it("keeps the one line that it checked, whatever else the witness says under its name", async () => {
    const note = await good.note(3);
    const text = note.slice(0, note.indexOf("\n\n") + 1);
    const line = signatureLine(text, key);
    const forged = signatureLine("another text\n", key);
    for (const said of [
      `${line}${forged}`,
      `${forged}${line}`,
      line.repeat(90),
      `${line}— witness.example\n`,
      `spoilt\n${line}\nspoilt`,
    ]) {
      const answer = await askWitness(known, note, proofTo(3), { fetch: async () => new Response(said) });
      expect(answer).toEqual({ cosigned: true, line, time: AT });
    }
  });

  it("takes no cosignature but this witness's over this checkpoint", async () => {
    const other = cosigner("witness.example", privateKeyOf(sha256(Buffer.from("other"))), () => AT);
    const answers = [
      signNote("text\n", [other]),
      signNote(checkpointText({ origin: ORIGIN, size: 9, root: sha256(Buffer.alloc(1)) }), [key]),
      "",
    ].map((note) => async () => new Response(note.slice(note.indexOf("—"))));
    for (const answer of answers) {
      expect(await askWitness(known, await good.note(3), proofTo(3), { fetch: answer })).toMatchObject({
        cosigned: false,
      });
    }
  });
});
