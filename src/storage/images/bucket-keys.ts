import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "./sync-folder.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const KEY_FILE = /^([0-9a-z-]+)\.key$/;

/**
 * One random 256-bit key a bucket (a day), wrapped with the master key in a file of its own, apart from the images: a backup
 * of the images alone forgets with us when the file is destroyed (RET-6). Processes that share the folder share the keys: the
 * first to make one wins, the others take it, and what one has destroyed none of them uses again.
 */
export class BucketKeys {
  readonly #folder: string;
  readonly #master: KeyObject;
  readonly #open = new Map<string, Promise<KeyObject>>();

  constructor(folder: string, master: KeyObject) {
    this.#folder = folder;
    this.#master = master;
  }

  /** The bucket's key, made on first use and on disk before it encrypts anything. */
  async forWriting(bucket: string): Promise<KeyObject> {
    await this.#forgetDestroyed(bucket);
    return this.#remember(bucket, async () => (await this.#load(bucket)) ?? this.#make(bucket));
  }

  /** @throws Error when the key is destroyed, or wrapped with another master key */
  async forReading(bucket: string): Promise<KeyObject> {
    await this.#forgetDestroyed(bucket);
    return this.#remember(bucket, async () => {
      const key = await this.#load(bucket);
      if (key === null) throw new Error(`The image key of ${bucket} is destroyed`);
      return key;
    });
  }

  /** Overwrites and removes the key; the images are gone for good once this resolves. Safe to repeat. */
  async destroy(bucket: string): Promise<void> {
    this.#open.delete(bucket);
    const path = this.#path(bucket);
    const file = await open(path, "r+").catch(ignoreMissing);
    if (file === null) return;
    try {
      await file.write(randomBytes(NONCE_BYTES + TAG_BYTES + KEY_BYTES), 0, undefined, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    // Crash here: the file is noise; the next run unlinks it.
    await unlink(path);
    await syncFolder(this.#folder);
  }

  async buckets(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(ignoreMissing);
    return (names ?? []).flatMap((name) => KEY_FILE.exec(name)?.[1] ?? []);
  }

  /** Another process may have destroyed a key that this one has in memory; whoever encrypts with it this moment still can. */
  async #forgetDestroyed(bucket: string): Promise<void> {
    if (!this.#open.has(bucket)) return;
    if ((await stat(this.#path(bucket)).catch(ignoreMissing)) === null) this.#open.delete(bucket);
  }

  #remember(bucket: string, load: () => Promise<KeyObject>): Promise<KeyObject> {
    const known = this.#open.get(bucket);
    if (known) return known;
    const loading = load();
    this.#open.set(bucket, loading);
    loading.catch(() => this.#open.delete(bucket));
    return loading;
  }

  async #load(bucket: string): Promise<KeyObject | null> {
    const wrapped = await readFile(this.#path(bucket)).catch(ignoreMissing);
    if (wrapped === null) return null;
    return keyOf(unwrap(this.#master, bucket, wrapped));
  }

  async #make(bucket: string): Promise<KeyObject> {
    const key = randomBytes(KEY_BYTES);
    const wrapped = wrap(this.#master, bucket, key);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const unfinished = `${this.#path(bucket)}.${randomBytes(6).toString("hex")}.new`;
    const file = await open(unfinished, "wx", 0o600);
    try {
      await file.writeFile(wrapped);
      await file.sync();
    } finally {
      await file.close();
    }
    // Crash here: an unused key under a name that is never read.
    const isFirst = await link(unfinished, this.#path(bucket)).then(() => true, ignoreExisting);
    await unlink(unfinished);
    await syncFolder(this.#folder);
    if (isFirst) return keyOf(key);
    const theirs = await this.#load(bucket);
    if (theirs === null) throw new Error(`The image key of ${bucket} was destroyed as it was made`);
    return theirs;
  }

  #path(bucket: string): string {
    return join(this.#folder, `${bucket}.key`);
  }
}

/** The engine holds the key and wipes it when nothing uses it any more; the bytes here go at once. */
function keyOf(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function wrap(master: KeyObject, bucket: string, key: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", master, nonce);
  cipher.setAAD(Buffer.from(`waywarden image key ${bucket}`));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when it was wrapped with another master key, or destroyed */
function unwrap(master: KeyObject, bucket: string, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", master, wrapped.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(`waywarden image key ${bucket}`));
  decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG_BYTES));
  const sealed = wrapped.subarray(NONCE_BYTES, wrapped.length - TAG_BYTES);
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}

/** The wrapped keys of a folder by their path, each with how to wrap it with another master key. */
export async function wrappedKeysIn(
  folder: string,
): Promise<readonly { readonly path: string; rewrap(wrapped: Buffer, from: Buffer, to: Buffer): Buffer }[]> {
  const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
  return names.flatMap((name) => {
    const bucket = KEY_FILE.exec(name)?.[1];
    if (bucket === undefined) return [];
    return [
      {
        path: join(folder, name),
        rewrap: (wrapped: Buffer, from: Buffer, to: Buffer) =>
          wrap(createSecretKey(to), bucket, unwrap(createSecretKey(from), bucket, wrapped)),
      },
    ];
  });
}

/** False for a file that is there already; every other fault is thrown on. */
function ignoreExisting(error: NodeJS.ErrnoException): false {
  if (error.code === "EEXIST") return false;
  throw error;
}

/** Null for a file that is not there; every other fault is thrown on. */
function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
