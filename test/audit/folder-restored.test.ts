import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openCheckpoint } from "../../src/audit/tlog/signed-checkpoint.ts";
import {
  parseVerifierKey,
  verifierKeyText,
  cosigner,
  type NoteVerifier,
} from "../../src/audit/tlog/signed-note.ts";
import { Witness } from "../../src/audit/tlog/witness.ts";
import { witnessServer } from "../../src/cli/audit/witness-server.ts";
import { WitnessState } from "../../src/cli/audit/witness-state.ts";
import { runCommand } from "../../src/cli/commands.ts";
import { WholeApp } from "../app/whole-app.ts";
import { until } from "../until.ts";

/** A service whose whole folder is put back from a backup, keys and `log.signed` too: only others remember what was signed. */
let whole: WholeApp;
let aside: string;
let witness: Server;
let named: string;

beforeAll(async () => {
  aside = mkdtempSync(join(tmpdir(), "waywarden-folder-restored-"));
  whole = await WholeApp.start();
  const key = parseVerifierKey(await (await whole.fetch("/log/key")).text()) as NoteVerifier;
  await whole.stop();
  const state = await WitnessState.open(join(aside, "witness"), "witness.example");
  const signer = cosigner(state.name, state.privateKey, Date.now);
  const text = verifierKeyText(signer.verifier);
  witness = witnessServer(new Witness([key], signer, state), text);
  witness.listen(0, "127.0.0.1");
  await once(witness, "listening");
  named = `http://127.0.0.1:${(witness.address() as AddressInfo).port} ${text}`;
  cpSync(whole.folder, join(aside, "backup"), { recursive: true });
  const signed = readFileSync(join(whole.folder, "keys/log.signed"), "utf8");
  const backedUp = openCheckpoint(signed, key).size;
  // Each start asks for what was signed before it; the second is cosigned for what the first wrote.
  whole = await WholeApp.start(whole);
  await whole.stop();
  whole = await WholeApp.start(whole, { settings: { witnesses: [named] } });
  await until(async () => {
    const cosigned = await (await whole.fetch("/log/cosigned")).text();
    expect(openCheckpoint(cosigned, key).size).toBeGreaterThan(backedUp);
  });
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const mirrored = await runCommand([
    "audit",
    "mirror",
    "--url",
    whole.app.url,
    "--dir",
    join(aside, "mirror"),
  ]);
  vi.restoreAllMocks();
  expect(mirrored).toBe(0);
  await whole.stop();
  rmSync(whole.folder, { recursive: true });
  cpSync(join(aside, "backup"), whole.folder, { recursive: true });
});
afterAll(async () => {
  await whole?.stop().catch(() => undefined);
  witness?.close();
  for (const folder of [whole?.folder ?? "", aside]) rmSync(folder, { recursive: true, force: true });
});

it("does not start where a witness has cosigned more than it holds, and says so plainly", async () => {
  await expect(WholeApp.start(whole, { settings: { witnesses: [named] } })).rejects.toThrow(
    /witness witness.example has cosigned \d+ entries of the log, and the store holds \d+.*put back from a backup/,
  );
});

it("does not start where a mirror kept more, be it a folder or shown at an address", async () => {
  const folder = join(aside, "mirror");
  const site = createServer((_, response) => void response.end(readFileSync(join(folder, "checkpoint"))));
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  for (const mirror of [folder, address])
    await expect(WholeApp.start(whole, { settings: { logMirrors: [mirror] } }), mirror).rejects.toThrow(
      /signed over \d+ entries, and the store does not hold them all.*mirror.*kept it/,
    );
  site.close();
});

it("starts where those named are away, and says whom it could not ask", async () => {
  const away = named.replace(/:\d+ /, ":1 ");
  whole = await WholeApp.start(whole, {
    settings: { witnesses: [away], logMirrors: [join(aside, "nothing"), "http://127.0.0.1:1/log"] },
  });
  const events = whole.logged.map(({ event }) => event);
  expect(events.filter((event) => event === "mirror-not-asked")).toHaveLength(2);
  expect(events).toContain("witness-refused");
});
