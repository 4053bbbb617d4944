import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ArchiveWriter } from "../../src/archive/archive-writer.ts";
import type { ImageVault } from "../../src/archive/image-vault.ts";
import { projectRoot } from "../../src/project-root.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import type { ClickHouse } from "../../src/storage/clickhouse/clickhouse.ts";
import { openImageIndex } from "../../src/storage/clickhouse/archive/image-index.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { openFolderVault } from "../../src/storage/images/folder-vault.ts";
import { startClickHouse } from "../servers/clickhouse.ts";
import { aGrant, aRead, NOON } from "./read-builders.ts";

const ROUNDS = 3;
const folder = mkdtempSync(join(tmpdir(), "waywarden-crash-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets another process write from an offset on, kills it without warning, and gives the offsets it had acknowledged. */
async function writeUntilKilled(from: number, acknowledged: number): Promise<number[]> {
  const script = join(projectRoot, "test/archive/reads-writing-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, folder, String(from)], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    text += chunk;
    if (text.split("\n").length > acknowledged) child.kill("SIGKILL");
  }
  return text.split("\n").slice(0, -1).map(Number);
}

describe("the embedded archive, killed while it writes", () => {
  it("holds every acknowledged read and image, each once, after three kills", async () => {
    const acknowledged: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      acknowledged.push(...(await writeUntilKilled(round * 1_000_000, 150 + round * 77)));
    }
    expect(acknowledged.length).toBeGreaterThan(600);

    const clickhouse = await openClickHouse({ folder: join(folder, "clickhouse"), key: Buffer.alloc(32, 9) });
    await expectEach(clickhouse, acknowledged);
    await clickhouse.close();
  });
});

describe("a ClickHouse server, killed while the service writes", () => {
  it("holds every acknowledged read and image, each once, after three kills", async () => {
    const server = await startClickHouse();
    const clickhouse = await openClickHouse({ url: server.url });
    await migrateClickHouse(clickhouse);
    const vault = aVault();
    const writer = new ArchiveWriter({
      reads: openReadStore(clickhouse),
      index: openImageIndex(clickhouse),
      vault,
      fit: async (images) => images.map((image) => ({ ...image, treatment: "as-sent" as const })),
    });
    const acknowledged: number[] = [];
    let offset = 10_000_000;
    const writeUntilItFails = async (enough: number): Promise<void> => {
      for (;;) {
        const mine = offset++;
        const read = aRead({ captured: NOON + mine });
        const written = writer.write(
          [read],
          [{ ...read, kind: "patch", jpeg: Buffer.from(`patch ${mine}`) }],
        );
        if (!(await succeeds(written))) return;
        acknowledged.push(mine);
        if (acknowledged.length === enough) void server.kill();
      }
    };
    for (let round = 1; round <= ROUNDS; round++) {
      const enough = round * 150;
      await Promise.all(Array.from({ length: 20 }, () => writeUntilItFails(enough)));
      await server.kill();
      await server.start();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * 150);
    await expectEach(clickhouse, acknowledged);
    await Promise.all([vault.close(), clickhouse.close()]);
    await server.stop();
  });
});

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const aVault = (): ImageVault =>
  openFolderVault({
    folder: join(folder, "images"),
    keys: join(folder, "keys"),
    masterKey: Buffer.alloc(32, 7),
  });

/** Every acknowledged offset is a read in the archive, once, and a twentieth of their images can be opened. */
async function expectEach(clickhouse: ClickHouse, acknowledged: readonly number[]): Promise<void> {
  const vault = aVault();
  const keys = acknowledged.map((offset) => ({ nrd: 5, captured: NOON + offset }));
  const stored = await openReadStore(clickhouse).existing(keys);
  expect(new Set(stored.map(({ captured }) => captured))).toEqual(
    new Set(keys.map(({ captured }) => captured)),
  );
  expect(stored).toHaveLength(acknowledged.length);
  for (const offset of acknowledged.filter((_, i) => i % 20 === 0)) {
    const [image] = await openImageIndex(clickhouse).find(aGrant(), {
      nrd: 5,
      captured: NOON + offset,
      n: 0,
    });
    expect((await vault.read(image as never, image as never)).toString()).toBe(`patch ${offset}`);
  }
  await vault.close();
}
