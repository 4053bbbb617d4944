import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readCheckpointNote, tilesOf, type ReadPublicFile } from "../../src/audit/tlog/public-files.ts";
import { askWitness } from "../../src/audit/tlog/ask-witness.ts";
import { consistencyProof } from "../../src/audit/tlog/proof.ts";
import { openCheckpoint } from "../../src/audit/tlog/signed-checkpoint.ts";
import { cosigner, openNote, parseVerifierKey, type NoteVerifier } from "../../src/audit/tlog/signed-note.ts";
import { verifyLog } from "../../src/audit/tlog/verify-log.ts";
import { Witness } from "../../src/audit/tlog/witness.ts";
import { siteFiles } from "../../src/cli/audit/site-files.ts";
import { WitnessState } from "../../src/cli/audit/witness-state.ts";
import { runCommand } from "../../src/cli/commands.ts";
import { projectRoot } from "../../src/project-root.ts";
import type { AuditEntryInFull } from "../../src/api/audit/views.ts";
import { WholeApp } from "../app/whole-app.ts";
import { until } from "../until.ts";

let whole: WholeApp;
let folder: string;
let keyFile: string;
let key: NoteVerifier;
let said: string[];

beforeAll(async () => {
  whole = await WholeApp.start();
  folder = mkdtempSync(join(tmpdir(), "waywarden-live-log-"));
  keyFile = join(folder, "log.key");
  await write(3);
  const text = await (await whole.fetch("/log/key")).text();
  writeFileSync(keyFile, text);
  key = parseVerifierKey(text) as NoteVerifier;
});
afterAll(async () => {
  // By now its log is broken: what it collected cannot be logged any more, and it says so as it stops.
  await whole?.stop().catch(() => undefined);
  rmSync(whole?.folder ?? "", { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  said = [];
  const listen = (text: string): void => void said.push(text);
  vi.spyOn(console, "log").mockImplementation(listen);
  vi.spyOn(console, "error").mockImplementation(listen);
});
afterEach(() => void vi.restoreAllMocks());

/** Writes entries as the service does. Resolves when a checkpoint covers them. */
async function write(count: number): Promise<void> {
  let last = 0;
  for (let made = 0; made < count; made += 1) {
    const entry = await whole.stores.audit.append({
      actor: "investigator",
      organisation: 1,
      action: "enquiry.ask",
      outcome: "allowed",
      subject: { kind: "vrm", vrm: `WW${made}`, reason: "a stolen vehicle" },
      requestId: null,
    });
    last = entry.index;
  }
  await until(async () => expect((await newest().catch(() => null))?.size ?? 0).toBeGreaterThan(last));
}

async function newest(): Promise<{ note: string; size: number }> {
  const note = await readCheckpointNote(site());
  const text = await (await whole.fetch("/log/key")).text();
  return { note, size: openCheckpoint(note, parseVerifierKey(text) as NoteVerifier).size };
}

const site = (): ReadPublicFile => siteFiles(whole.app.url);
const audit = async (...argv: readonly string[]): Promise<[number, string]> => {
  said = [];
  const code = await runCommand(["audit", ...argv]);
  return [code, said.join("\n")];
};

describe("the log of a running service", () => {
  it("verifies from its public files, which show no entry", async () => {
    const [code, text] = await audit("verify", "--url", whole.app.url, "--key", keyFile);
    expect([code, text]).toEqual([0, expect.stringContaining(`The log ${key.name} holds`)]);
    expect(text).toContain("the contents of 0 were read");
  });

  it("is mirrored as it grows, and the mirror holds for the independent verifier", async () => {
    const mirror = join(folder, "mirror");
    const again = () => audit("mirror", "--url", whole.app.url, "--dir", mirror, "--key", keyFile);
    expect((await again())[0]).toBe(0);
    await write(5);
    const [code, text] = await again();
    expect([code, text]).toEqual([0, expect.stringMatching(/\d+ entries, [1-9]\d* of them new/)]);
    const since = join(mirror, "checkpoints");
    expect((await audit("verify", "--url", whole.app.url, "--key", keyFile, "--since", since))[0]).toBe(0);
    const independent = spawnSync(
      process.execPath,
      [join(projectRoot, "test/audit/independent-verifier.mjs"), mirror, keyFile],
      { encoding: "utf8" },
    );
    expect([independent.status, independent.stdout]).toEqual([0, "The log holds.\n"]);
  });

  it("shows an auditor every entry, each with its hash, its place and its time", async () => {
    const headers = await whole.as("nationalauditor");
    const asAuditor = siteFiles(whole.app.url, {
      fetch: (address, init) => fetch(address, { ...init, headers }),
      wait: () => Promise.resolve(),
    });
    const checkpoint = openCheckpoint(await readCheckpointNote(asAuditor), key);
    expect(await verifyLog(checkpoint, asAuditor)).toMatchObject({
      holds: true,
      entriesRead: checkpoint.size,
    });
  });

  it("gives a proof of one entry that holds without the service", async () => {
    const { size } = await newest();
    const path = `/v1/audit/${size - 1}/proof`;
    const { status, body } = await whole.call("nationalauditor", path);
    expect(status).toBe(200);
    const file = join(folder, "proof.json");
    writeFileSync(file, JSON.stringify(body));
    const [code, text] = await audit("check", "--proof", file, "--key", keyFile);
    expect([code, text]).toEqual([0, expect.stringContaining(`"index":${size - 1}`)]);
    expect(text).toMatch(/^actor: "/m);
  });

  it("is cosigned by a witness for whoever brings its checkpoints there", async () => {
    const state = await WitnessState.open(join(folder, "witness"), "witness.example");
    const signer = cosigner(state.name, state.privateKey, Date.now);
    const witness = new Witness([key], signer, state);
    const client: typeof fetch = async (_, init) => {
      const { status, contentType, body } = await witness.addCheckpoint(init?.body as string);
      return new Response(body, { status, headers: { "content-type": contentType } });
    };
    for (const more of [1, 4]) {
      await write(more);
      const { note, size } = await newest();
      const answer = await askWitness(
        { url: "https://witness.example", key: signer.verifier },
        note,
        (from) => consistencyProof(from, size, tilesOf(site())),
        { fetch: client },
      );
      expect(answer).toMatchObject({ cosigned: true });
      const opened = openNote(`${note}${answer.cosigned ? answer.line : ""}`, [key, signer.verifier]);
      expect(opened.opened && opened.signatures.length).toBe(2);
    }
  });
});

describe("one with the database, who takes its guards away", () => {
  const change = async (index: number, to: string): Promise<void> => {
    const { database } = whole.stores;
    await database.exec("alter table audit_entry disable trigger user");
    await database.query(`update audit_entry set ${to} where index = $1`, [index]);
    await database.exec("alter table audit_entry enable trigger user");
  };
  /** An entry as an auditor sees it, and what `audit check` says of the proof they are given. */
  async function seen(index: number) {
    const { body } = await whole.call<AuditEntryInFull>("nationalauditor", `/v1/audit/${index}`);
    const proof = await whole.call("nationalauditor", `/v1/audit/${index}/proof`);
    const file = join(folder, "changed.json");
    writeFileSync(file, JSON.stringify(proof.body));
    return { ...body, check: await audit("check", "--proof", file, "--key", keyFile) };
  }

  it("says that another did it: who reads the entry is told, and nobody is shown a proved place", async () => {
    await write(2);
    const index = (await newest()).size - 1;
    const [entry] = await whole.stores.audit.find({ actor: "investigator", action: "enquiry.ask", limit: 1 });
    const at = entry?.index ?? index;
    const before = await seen(at);
    expect(before).toMatchObject({ entry: { leaf: { fault: null } }, place: { size: expect.any(Number) } });
    expect(before.check[0]).toBe(0);

    await change(at, `sealed = sealed || '{"actor": "somebody.else"}'`);
    const after = await seen(at);
    expect(after).toMatchObject({
      entry: {
        actor: "somebody.else",
        words: expect.stringContaining("THIS IS NOT WHAT WAS LOGGED"),
        leaf: { fault: "the leaf commits to another actor" },
      },
      place: null,
    });
    expect(after.check).toEqual([1, expect.stringContaining("its leaf commits to another actor")]);
    expect(whole.logged).toContainEqual(expect.objectContaining({ event: "log-entry-changed", entry: at }));
    const doctor = await whole.call("nationalauditor", "/v1/doctor");
    expect(JSON.stringify(doctor.body)).toContain(`not what was logged: ${at}`);
    const page = await whole.fetch(`/audit/entries/${at}`, {
      headers: {
        cookie: `waywarden_session=${await whole.session("nationalauditor")}`,
        accept: "text/html",
      },
    });
    expect(await page.text()).toContain("What you see is not what was logged");
  });

  it.each([
    ["another outcome", "outcome = 'refused'"],
    ["another organisation", "organisation = 2"],
    ["another time", "at = at - interval '1 day'"],
    ["less", "open = open - 'kind'"],
    ["another salt", 'salts = salts || \'{"vrm": "AAAA"}\''],
    ["another leaf", "leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'allowed', 'refused'), 'UTF8')"],
  ])("says %s: the entry is not what was logged", async (_, to) => {
    await write(1);
    const [entry] = await whole.stores.audit.find({ actor: "investigator", action: "enquiry.ask", limit: 1 });
    await change(entry?.index ?? 0, to);
    const [read] = await whole.stores.audit.from(entry?.index ?? 0, 1);
    expect([entry?.fault, read?.fault]).toEqual([null, expect.stringMatching(/^the leaf /)]);
  });
});
