import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { BackupError } from "./backup-error.ts";

const zip = promisify(gzip);
const unzip = promisify(gunzip);

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
const LARGEST_RECORD = 2 ** 30;

/** What a file of a backup is held against. */
export interface Written {
  readonly bytes: number;
  /** Hexadecimal, over the file as it lies. */
  readonly sha256: string;
}

/** Binds a record to its file and place, and the last one to being last: none can be moved, dropped or cut off unseen. */
const placeOf = (name: string, index: number, isLast: boolean): Buffer =>
  Buffer.from(`waywarden backup ${name} ${index}${isLast ? " last" : ""}`);

/**
 * Writes records into a file that only the key opens: each is compressed and sealed by itself (AES-256-GCM), after its length
 * in 32 bits. The file is its owner's alone, and must not be there yet.
 */
export class RecordWriter {
  readonly #file: FileHandle;
  readonly #key: Buffer;
  readonly #name: string;
  readonly #hash = createHash("sha256");
  #records = 0;
  #bytes = 0;

  private constructor(file: FileHandle, key: Buffer, name: string) {
    this.#file = file;
    this.#key = key;
    this.#name = name;
  }

  /** @param name of the file within the backup; bound in, as its key is (32 bytes) */
  static async open(path: string, key: Buffer, name: string): Promise<RecordWriter> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return new RecordWriter(await open(path, "wx", 0o600), key, name);
  }

  async write(record: Buffer): Promise<void> {
    await this.#seal(await zip(record, { level: 1 }), false);
  }

  /** Ends the file; resolves when it is on the disk. */
  async end(): Promise<Written> {
    await this.#seal(Buffer.alloc(0), true);
    await this.#file.sync();
    await this.#file.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Lets a file go that will not be finished. */
  abandon(): Promise<void> {
    return this.#file.close();
  }

  async #seal(plain: Buffer, isLast: boolean): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    cipher.setAAD(placeOf(this.#name, this.#records++, isLast));
    const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    for (const part of [length, sealed]) {
      this.#hash.update(part);
      await this.#file.writeFile(part);
      this.#bytes += part.length;
    }
  }
}

/** The records of a file, in order. @throws BackupError BACKUP_DAMAGED naming the file where one does not open, or the last is missing */
export async function* readRecords(
  path: string,
  key: Buffer,
  name: string,
): AsyncGenerator<Buffer, void, undefined> {
  const damaged = (why: string, cause?: unknown) =>
    new BackupError("BACKUP_DAMAGED", `${name} is damaged: ${why}. Take another backup.`, cause);
  const file = await open(path, "r").catch((cause: unknown) => {
    throw damaged("it cannot be read", cause);
  });
  const exactly = async (length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length);
    if (bytesRead !== length) throw damaged("it ends too early");
    return bytes;
  };
  try {
    for (let index = 0; ; index++) {
      const length = (await exactly(LENGTH_BYTES)).readUInt32BE();
      if (length < NONCE_BYTES + TAG_BYTES || length > LARGEST_RECORD) throw damaged("it is no sealed file");
      const sealed = await exactly(length);
      const isLast = length === NONCE_BYTES + TAG_BYTES;
      let plain: Buffer;
      try {
        const opened = unseal(key, sealed, placeOf(name, index, isLast));
        plain = isLast ? opened : await unzip(opened);
      } catch (cause) {
        throw damaged("it does not open with the backup's key", cause);
      }
      if (isLast) return;
      yield plain;
    }
  } finally {
    await file.close();
  }
}

function unseal(key: Buffer, sealed: Buffer, place: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(place).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const text = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
  return Buffer.concat([decipher.update(text), decipher.final()]);
}
