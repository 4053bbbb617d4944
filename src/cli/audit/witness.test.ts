import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkpointOf, leavesOf, LOG, putFile } from "../../../test/audit/public-log.ts";
import { verifierKeyText } from "../../audit/tlog/signed-note.ts";
import { projectRoot } from "../../project-root.ts";

let folder: string;
let running: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waywarden-witness-process-"));
  running = [];
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the command in a process of its own; answers what it prints: its verifier key and its address. */
async function start() {
  const logKey = putFile(folder, "log.key", verifierKeyText(LOG.verifier));
  const options = [
    "--port",
    "0",
    "--dir",
    join(folder, "witness"),
    "--log-key",
    logKey,
    "--name",
    "w.example",
  ];
  const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts", "audit", "witness", ...options], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  let key = "";
  for await (const line of createInterface({ input: child.stdout })) {
    key ||= /^Verifier key: (.+)$/.exec(line)?.[1] ?? "";
    const url = /http:\S+$/.exec(line)?.[0];
    if (url !== undefined) return { child, key, url };
  }
  throw new Error("The witness ended before it was listening.");
}

const ask = async (url: string, size: number): Promise<[number, string]> => {
  const body = `old 0\n\n${checkpointOf(leavesOf(size))}`;
  const reply = await fetch(`${url}/add-checkpoint`, { method: "POST", body });
  return [reply.status, await reply.text()];
};

it("a witness killed after its answer remembers it, under the same key, and ends when it is asked to", async () => {
  const first = await start();
  expect(await ask(first.url, 300)).toEqual([200, expect.stringMatching(/^— w\.example \S+\n$/)]);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");

  const second = await start();
  expect(second.key).toBe(first.key);
  expect(await ask(second.url, 200)).toEqual([409, "300\n"]);
  second.child.kill("SIGTERM");
  const [code] = (await once(second.child, "exit")) as [number | null];
  expect(code).toBe(0);
});
