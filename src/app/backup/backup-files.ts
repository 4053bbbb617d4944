import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RecordWriter, type Written } from "../../backup/sealed-records.ts";
import type { BackedUpFile } from "../../backup/manifest.ts";

/** The files of a backup under way: each is on the disk, its owner's alone, when its call resolves. */
export class BackupFiles {
  readonly #folder: string;
  readonly #key: Buffer;
  readonly #all: BackedUpFile[] = [];

  constructor(folder: string, key: Buffer) {
    this.#folder = folder;
    this.#key = key;
  }

  get all(): readonly BackedUpFile[] {
    return this.#all;
  }

  /** Seals records into a file of the backup. @param day of capture of what they hold, where they are of one */
  async seal(name: string, records: AsyncIterable<Buffer> | Iterable<Buffer>, day?: string): Promise<void> {
    const writer = await RecordWriter.open(join(this.#folder, name), this.#key, name);
    try {
      for await (const record of records) await writer.write(record);
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    this.#keep(name, await writer.end(), day);
  }

  /** Copies a file as it lies: one that is encrypted already. */
  async copy(name: string, from: string, day?: string): Promise<void> {
    this.#keep(name, await copyHashed(from, join(this.#folder, name)), day);
  }

  #keep(name: string, written: Written, day: string | undefined): void {
    this.#all.push({ path: name, ...written, ...(day === undefined ? {} : { day }) });
  }
}

/** Copies a file into a new one of its owner's alone; resolves when it is on the disk. @returns what was written */
export async function copyHashed(from: string, to: string): Promise<Written> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const hash = createHash("sha256");
  let bytes = 0;
  const source = await open(from, "r");
  try {
    const file = await open(to, "wx", 0o600);
    try {
      for await (const part of source.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
        hash.update(part);
        await file.writeFile(part);
        bytes += part.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await source.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}
