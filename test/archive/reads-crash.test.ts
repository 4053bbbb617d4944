import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../src/project-root.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { openImageIndex } from "../../src/storage/clickhouse/archive/image-index.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { openFolderVault } from "../../src/storage/images/folder-vault.ts";
import { aGrant, NOON } from "./read-builders.ts";

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
    for (let round = 0; round < 3; round++) {
      acknowledged.push(...(await writeUntilKilled(round * 1_000_000, 150 + round * 77)));
    }
    expect(acknowledged.length).toBeGreaterThan(600);

    const clickhouse = await openClickHouse({ folder: join(folder, "clickhouse") });
    const vault = openFolderVault({
      folder: join(folder, "images"),
      keys: join(folder, "keys"),
      masterKey: Buffer.alloc(32, 7),
    });
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
    await Promise.all([vault.close(), clickhouse.close()]);
  });
});
