import { readFileSync } from "node:fs";
import { createPrivateKey } from "node:crypto";
import { logSigner } from "../../src/audit/log-key.ts";
import { PublishedLog } from "../../src/audit/published-log.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import { signedFile } from "../../src/audit/signed-file.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import { openServer } from "../../src/storage/postgres/server.ts";

/**
 * Writes to the log without end, and prints each entry once it is acknowledged and each checkpoint once it is shown; to be
 * killed. With a step and a number it kills itself when it comes to that step for the so-manieth time.
 */
const [where, keyFile, fatalStep = "", fatalTime = "1"] = process.argv.slice(2) as [
  string,
  string,
  string?,
  string?,
];
const database = where.startsWith("postgres:") ? await openServer(where) : await openPglite(where);
await migrate(database);

let times = 0;
const dieAt =
  (part: string) =>
  (step: string): void => {
    if (`${part}-${step}` !== fatalStep) return;
    times += 1;
    if (times === Number(fatalTime)) process.kill(process.pid, "SIGKILL");
  };
const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const store = new PostgresLogStore(database);
const signer = logSigner(createPrivateKey(readFileSync(keyFile)));
const published = new PublishedLog(store, signer.verifier);
const show = async (): Promise<void> => print({ checkpoint: await published.checkpoint() });
const publisher = new Publisher(store, signer, Date.now, {
  step: dieAt("publish"),
  memory: signedFile(`${keyFile}.signed`),
  published: () => void show(),
  failed: (error) => print({ failed: String(error) }),
});
const log = new PostgresAuditLog(database, Date.now, { step: dieAt("append") });
await publisher.start();

let number = 0;
async function writeOn(): Promise<never> {
  for (;;) {
    const { index, leafHash } = await log.append({
      actor: `process ${process.pid}`,
      organisation: 1,
      action: "enquiry.ask",
      outcome: "asked",
      subject: { reason: `the ${number++}th`, vrm: "AB12CDE" },
      requestId: null,
    });
    print({ index, hash: leafHash.toString("hex") });
  }
}
await Promise.all(Array.from({ length: 8 }, writeOn));
