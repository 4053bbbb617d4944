import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logSigner } from "../../src/audit/log-key.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import { signedFile, type SignedMemory } from "../../src/audit/signed-file.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import { bareCommits } from "./floors/floors.ts";
import { quantile, type Figure } from "./report.ts";

const CALLERS = 64;

/**
 * Entries like those of enquiries, written by 64 callers who each wait until theirs is durable, while checkpoints are signed over
 * them: on the embedded store, with every commit on the disk.
 */
export async function benchAudit(scale: { seconds: number }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-bench-audit-"));
  const database = await openPglite(folder);
  try {
    await migrate(database);
    const figures = await measure(
      new PostgresAuditLog(database, Date.now),
      new PostgresLogStore(database),
      signedFile(join(folder, "log.signed")),
      scale.seconds,
    );
    const commits = await bareCommits(500);
    return [
      ...figures,
      { measure: "floor: one bare commit, p50", value: quantile(commits, 0.5), unit: "ms" },
      { measure: "floor: one bare commit, p99", value: quantile(commits, 0.99), unit: "ms" },
    ];
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  log: PostgresAuditLog,
  store: PostgresLogStore,
  memory: SignedMemory,
  seconds: number,
): Promise<Figure[]> {
  const durable: number[] = [];
  const toCheckpoint: number[] = [];
  /** When each entry was durable, by its index, from `covered` on. */
  const waiting = new Map<number, number>();
  let covered = 0;
  let checkpoints = 0;
  const publisher = new Publisher(store, logSigner(generateKeyPairSync("ed25519").privateKey), Date.now, {
    memory,
    published: ({ size }) => {
      const now = performance.now();
      checkpoints += 1;
      for (; covered < size; covered++) {
        // One whose writer has not heard yet was durable only just now.
        toCheckpoint.push(now - (waiting.get(covered) ?? now));
        waiting.delete(covered);
      }
    },
    failed: (error) => {
      throw error;
    },
  });
  await publisher.start();
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      for (let number = 0; performance.now() < end; number++) {
        const asked = performance.now();
        const { index } = await log.append(anEntry(caller, number));
        const now = performance.now();
        durable.push(now - asked);
        if (index >= covered) waiting.set(index, now);
      }
    }),
  );
  const written = durable.length / seconds;
  await publisher.stop();
  return [
    {
      measure: "entries durable, 64 callers",
      value: written,
      unit: "entries/s",
      target: { atLeast: 1_000 },
      note: `${durable.length} entries in ${seconds} s`,
    },
    { measure: "an append, p50", value: quantile(durable, 0.5), unit: "ms" },
    { measure: "an append, p99", value: quantile(durable, 0.99), unit: "ms" },
    {
      measure: "entry to signed checkpoint, p50",
      value: quantile(toCheckpoint, 0.5),
      unit: "ms",
      note: `${checkpoints} checkpoints`,
    },
    {
      measure: "entry to signed checkpoint, p99",
      value: quantile(toCheckpoint, 0.99),
      unit: "ms",
      target: { atMost: 500 },
    },
  ];
}

const anEntry = (caller: number, number: number) =>
  ({
    actor: `investigator${caller}`,
    organisation: 1 + (caller % 70),
    action: "enquiry.ask",
    outcome: "allowed",
    subject: {
      enquiry: `${caller}-${number}`,
      authority: "MID-2026-0417",
      reason: "looking for a vehicle seen leaving the place",
      kind: "vrm",
      vrm: `WW${number % 100}ABC`,
      level: "serious",
      rules: ["authority-is-approved", "question-within-authority"],
      policyPack: "uk-2026",
    },
    requestId: `${caller}-${number}`,
  }) as const;
