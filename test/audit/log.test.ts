import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leafHashOf } from "../../src/audit/tlog/hash.ts";
import { verifyInclusion } from "../../src/audit/tlog/proof.ts";
import { openCheckpoint } from "../../src/audit/tlog/signed-checkpoint.ts";
import { parseVerifierKey, type NoteVerifier } from "../../src/audit/tlog/signed-note.ts";
import { unpackEntries } from "../../src/audit/tlog/entry-bundle.ts";
import { aRead, WholeApp, type Refused } from "../app/whole-app.ts";

interface Proof extends Refused {
  readonly index: number;
  readonly leafHash: string;
  readonly leaf: string;
  readonly size: number;
  readonly proof: readonly string[];
  readonly checkpoint: string;
}

const HOUR = 3_600_000;
/** What the service does by itself is waited for, however busy the machine is. */
const bytes = (text: string): Buffer => Buffer.from(text, "base64");

let whole: WholeApp;
let key: NoteVerifier;

const textOf = async (path: string): Promise<string> => (await whole.fetch(path)).text();
const checkpoint = async () => openCheckpoint(await textOf("/log/checkpoint"), key);

/** Asks the archive as a person; answers the reply with its receipt. */
async function ask(username: string) {
  const reply = await whole.fetch("/v1/enquiries", {
    method: "POST",
    headers: {
      authorization: `Bearer ${await whole.session(username)}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      authority: "MID-2026-0417",
      reason: "Looking for this vehicle",
      kind: "vrm",
      vrm: "PA61NG",
      from: new Date(Date.now() - 12 * HOUR).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    }),
  });
  const receipt = reply.headers.get("x-audit-index") ?? "";
  return { status: reply.status, receipt, body: (await reply.json()) as Refused };
}

/** The proof of an entry, once a checkpoint covers it. */
async function proofOf(username: string, index: number | string) {
  await expect.poll(async () => (await checkpoint()).size).toBeGreaterThan(Number(index));
  return whole.call<Proof>(username, `/v1/audit/${index}/proof`);
}

beforeAll(async () => {
  whole = await WholeApp.start();
  key = parseVerifierKey(await textOf("/log/key")) as NoteVerifier;
});
afterAll(() => whole?.remove());

describe("the log's public address", () => {
  it("shows its key, a signed checkpoint and tiles to anyone, each cached as long as it stays true", async () => {
    expect(key.name).toMatch(/^waywarden\.log\/[0-9a-f]{16}$/);
    const reply = await whole.fetch("/log/checkpoint");
    expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(reply.headers.get("cache-control")).toBe("no-cache");
    expect(reply.headers.get("content-security-policy")).toContain("default-src 'self'");
    const { size } = openCheckpoint(await reply.text(), key);
    expect(size).toBeGreaterThan(0);
    const width = Math.min(size, 256);
    const tile = await whole.fetch(width === 256 ? "/log/tile/0/000" : `/log/tile/0/000.p/${width}`);
    expect(tile.status).toBe(200);
    expect(tile.headers.get("content-type")).toBe("application/octet-stream");
    expect((await tile.arrayBuffer()).byteLength).toBe(width * 32);
    expect((await whole.fetch("/log/cosigned")).status).toBe(404);
  });

  it.each([
    "/log/tile/0/000.p/0",
    "/log/tile/0/0",
    "/log/tile/0/999",
    "/log/tile/9/000.p/1",
    "/log/tile/0/000.p/257",
    "/log/tile/0/..%2f..%2fcheckpoint",
    "/log/other",
  ])("knows nothing of %s", async (path) => {
    const reply = await whole.fetch(path);
    expect([reply.status, ((await reply.json()) as Refused).code]).toEqual([404, "NOT_FOUND"]);
  });

  it("shows leaves only to those who audit every organisation, logs that, and no leaf holds a name or a VRM", async () => {
    const { size } = await checkpoint();
    const path = `/log/tile/entries/000${size >= 256 ? "" : `.p/${size}`}`;
    expect((await whole.fetch(path)).status).toBe(401);
    for (const who of ["investigator", "auditor", "dpo"])
      expect((await whole.call<Refused>(who, path)).status, who).toBe(403);
    const bundle = await whole.call<ArrayBuffer>("nationalauditor", path);
    const leaves = unpackEntries(Buffer.from(bundle.body)) ?? [];
    expect(leaves).toHaveLength(Math.min(size, 256));
    expect(leaves.join("\n")).not.toMatch(/investigator|PA61NG/);
    const [look] = await whole.stores.audit.find({ action: "audit.leaves", limit: 1 });
    expect(look).toMatchObject({ actor: "nationalauditor", outcome: "allowed", subject: { from: 0 } });
  });
});

describe("a receipt", () => {
  it("comes with every reply that was logged, and proves the entry to whoever acted", async () => {
    const { status, receipt } = await ask("investigator");
    expect(status).toBe(200);
    const index = receipt.split(",")[0] as string;
    const { body } = await proofOf("investigator", index);
    const { root, size } = openCheckpoint(body.checkpoint, key);
    const claim = {
      leafHash: bytes(body.leafHash),
      index: body.index,
      size,
      root,
      proof: body.proof.map(bytes),
    };
    expect(verifyInclusion(claim)).toBe(true);
    expect(leafHashOf(bytes(body.leaf)).equals(bytes(body.leafHash))).toBe(true);
    expect(JSON.parse(bytes(body.leaf).toString())).toMatchObject({
      index: Number(index),
      action: "enquiry.ask",
    });
  });

  it("comes with a refusal too, and not with what is not logged", async () => {
    const refused = await whole.fetch("/v1/retention/runs", {
      method: "POST",
      headers: {
        authorization: `Bearer ${await whole.session("operator")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ day: "2026-01-01" }),
    });
    expect(refused.status).toBe(403);
    const [entry] = await whole.stores.audit.find({ action: "role.refuse", limit: 1 });
    expect(refused.headers.get("x-audit-index")).toBe(String(entry?.index));
    expect((await whole.fetch("/healthz")).headers.has("x-audit-index")).toBe(false);
  });

  it("stands at the foot of the page that was logged", async () => {
    await whole.send([aRead(1, { vrm: "PA61NG" })]);
    const { body } = await ask("investigator");
    const [{ id }] = (body as unknown as { items: [{ id: string }] }).items;
    const page = await whole.fetch(`/reads/${id}`, {
      headers: { cookie: `waywarden_session=${await whole.session("investigator")}`, accept: "text/html" },
    });
    expect(page.status).toBe(200);
    const receipts = (page.headers.get("x-audit-index") ?? "").split(",");
    expect(await page.text()).toMatch(new RegExp(`Logged as entr(y|ies) ${receipts.join(", ")}`));
  });

  it("is not mixed up between requests at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => ask("investigator")));
    const indexes = all.flatMap(({ receipt }) => receipt.split(","));
    expect(new Set(indexes).size).toBe(indexes.length);
  });

  it("is proved to auditors within their remit and to nobody else, and each look is logged", async () => {
    const { receipt } = await ask("investigator");
    const index = receipt.split(",")[0] as string;
    for (const [username, status] of [
      ["auditor", 200],
      ["nationalauditor", 200],
      ["investigator2", 403],
      ["operator", 403],
    ] as const) {
      expect([username, (await proofOf(username, index)).status]).toEqual([username, status]);
      const [look] = await whole.stores.audit.find({ actor: username, action: "audit.entry", limit: 1 });
      expect(look).toMatchObject({
        outcome: status === 200 ? "allowed" : "refused",
        subject: { kind: "proof", entry: Number(index) },
      });
    }
    expect((await whole.call<Refused>("nationalauditor", "/v1/audit/99999999/proof")).status).toBe(404);
  });
});

describe("collection", () => {
  it("is logged by source when the service stops, and joins up after the next start", async () => {
    await whole.send([aRead(1), aRead(2), { ...aRead(1), captured: "never" }]);
    await whole.stop();
    whole = await WholeApp.start(whole);
    const entries = await whole.stores.audit.find({ action: "read.collect", limit: 9 });
    const total = { stored: 0, refused: 0 };
    for (const { subject } of entries) {
      for (const counts of Object.values(subject["counts"] as Record<string, Partial<typeof total>>)) {
        total.stored += counts.stored ?? 0;
        total.refused += counts.refused ?? 0;
      }
    }
    const [held] = await whole.stores.clickhouse.query<{ reads: number }>(
      "select count() as reads from reads",
    );
    expect(total).toEqual({ stored: held?.reads, refused: 1 });
  });
});

describe("a log that was changed behind the service's back", () => {
  it("answers nothing that must be logged, says so everywhere, and works again once it is whole", async () => {
    const { database } = whole.stores;
    const turnOneBit = (): Promise<unknown> =>
      database.query(
        `update audit_tile set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)
          where level = 0 and index = (select max(index) from audit_tile where level = 0)`,
      );
    await whole.session("admin");
    await whole.session("investigator");
    await expect
      .poll(async () => (await (await whole.fetch("/readyz")).json()) as object)
      .toMatchObject({ ready: true });
    // Whoever owns the database can take its own guard away.
    await database.exec("alter table audit_tile disable trigger audit_tile_only_grows");
    await turnOneBit();
    await ask("investigator");

    await expect.poll(async () => (await ask("investigator")).body.code).toBe("LOG_UNAVAILABLE");
    const enquiries = async () => (await database.query("select 1 from enquiry")).length;
    const before = await enquiries();
    expect((await ask("investigator")).body.code).toBe("LOG_UNAVAILABLE");
    expect(await enquiries(), "an enquiry that the log does not have").toBe(before);

    const refused = await whole.fetch("/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "operator", password: "wrong", totp: "000000" }),
    });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await refused.text()).not.toMatch(/tile|signed/);
    const collected = await whole.post("application/json", JSON.stringify([aRead(9, { vrm: "PA61NG" })]));
    expect([collected.status, collected.body]).toMatchObject([503, { code: "ARCHIVE_BUSY" }]);
    await expect.poll(async () => (await whole.fetch("/readyz")).status).toBe(503);
    expect(await textOf("/metrics")).toContain("waywarden_audit_writable 0");
    const { body } = await whole.call<{ lines: { name: string; state: string }[] }>("admin", "/v1/doctor");
    expect(body.lines.find(({ name }) => name === "audit log")).toMatchObject({ state: "critical" });

    await turnOneBit();
    await whole.stop();
    whole = await WholeApp.start(whole);
    await expect.poll(async () => (await ask("investigator")).status).toBe(200);
    expect(await textOf("/metrics")).toContain("waywarden_audit_writable 1");
  });
});
