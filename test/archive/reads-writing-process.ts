import { ArchiveWriter } from "../../src/archive/archive-writer.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { openImageIndex } from "../../src/storage/clickhouse/archive/image-index.ts";
import { migrateClickHouse } from "../../src/storage/clickhouse/migrate.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { openFolderVault } from "../../src/storage/images/folder-vault.ts";
import { join } from "node:path";
import { aRead, NOON } from "./read-builders.ts";

/** Writes reads with images without end, and prints each capture offset once it is acknowledged; to be killed. */
const folder = process.argv[2] as string;
const clickhouse = await openClickHouse({ folder: join(folder, "clickhouse"), key: Buffer.alloc(32, 9) });
await migrateClickHouse(clickhouse);
const writer = new ArchiveWriter({
  reads: openReadStore(clickhouse),
  index: openImageIndex(clickhouse),
  vault: openFolderVault({
    folder: join(folder, "images"),
    keys: join(folder, "keys"),
    masterKey: Buffer.alloc(32, 7),
  }),
  fit: async (images) => images.map((image) => ({ ...image, treatment: "as-sent" as const })),
});

let offset = Number(process.argv[3]);
async function writeOn(): Promise<never> {
  for (;;) {
    const mine = offset++;
    const read = aRead({ captured: NOON + mine });
    await writer.write([read], [{ ...read, kind: "patch", jpeg: Buffer.from(`patch ${mine}`) }]);
    process.stdout.write(`${mine}\n`);
  }
}
await Promise.all(Array.from({ length: 20 }, writeOn));
