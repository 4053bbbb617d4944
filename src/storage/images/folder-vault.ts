import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ImageLocation, ImageVault, ReadImage } from "../../archive/image-vault.ts";
import { formatReadId } from "../../archive/read.ts";
import { BucketKeys } from "./bucket-keys.ts";
import { OpenSegments } from "./open-segments.ts";
import { syncFolder } from "./sync-folder.ts";

export interface FolderVaultOptions {
  /** Holds one folder a bucket. */
  readonly folder: string;
  /** Holds one wrapped key a bucket; never inside `folder`, so that image backups do not hold it. */
  readonly keys: string;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  /** Which key and folder an image belongs to; the day of capture unless said otherwise. */
  readonly bucketOf?: (captured: number) => string;
  readonly openSegments?: number;
  /** A segment is left for a new one when it has grown to this. */
  readonly segmentBytes?: number;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BUCKET = /^[0-9a-z-]+$/;
const SEGMENT = /^([0-9a-z-]+)\/\d+-[0-9a-f]+\.seg$/;

/** Day of capture, UTC, `YYYY-MM-DD`. */
const dayOf = (captured: number): string => new Date(captured).toISOString().slice(0, 10);

/**
 * Images in segment files: each record a nonce, the JPEG under AES-256-GCM with its bucket's key, and the tag. The read's id
 * and the kind are authenticated with it, so that a record cannot be passed off as another read's image.
 */
export function openFolderVault(options: FolderVaultOptions): ImageVault {
  const { folder, bucketOf = dayOf, openSegments = 16, segmentBytes = 256 * 1024 * 1024 } = options;
  const keys = new BucketKeys(options.keys, createSecretKey(options.masterKey));
  const segments = new OpenSegments(folder, openSegments, segmentBytes);

  const appendTo = (bucket: string, images: readonly ReadImage[]): Promise<readonly ImageLocation[]> =>
    segments.append(bucket, async () => {
      const key = await keys.forWriting(bucket);
      return images.map((image) => seal(key, image));
    });

  const buckets = async (): Promise<string[]> => {
    const names = await readdir(folder).catch(() => []);
    return [...new Set([...names.filter((name) => BUCKET.test(name)), ...(await keys.buckets())])].sort();
  };

  return {
    async append(images) {
      const places = new Map<string, number[]>();
      images.forEach(({ captured }, index) => {
        const bucket = bucketOf(captured);
        const indexes = places.get(bucket);
        if (indexes) indexes.push(index);
        else places.set(bucket, [index]);
      });
      const locations: ImageLocation[] = [];
      for (const [bucket, indexes] of places) {
        const written = await appendTo(
          bucket,
          indexes.map((index) => images[index] as ReadImage),
        );
        indexes.forEach((index, i) => (locations[index] = written[i] as ImageLocation));
      }
      return locations;
    },

    async read({ segment, offset, length }, of) {
      const bucket = SEGMENT.exec(segment)?.[1];
      if (bucket === undefined) throw new Error(`"${segment}" is not the name of a segment`);
      const key = await keys.forReading(bucket);
      const record = Buffer.alloc(length);
      const file = await open(join(folder, segment), "r");
      try {
        const { bytesRead } = await file.read(record, 0, length, offset);
        if (bytesRead !== length) throw new Error(`${segment} ends before byte ${offset + length}`);
      } finally {
        await file.close();
      }
      return unseal(key, record, of);
    },

    async destroyDay(bucket) {
      if (!BUCKET.test(bucket)) throw new Error(`"${bucket}" is not the name of a day`);
      await segments.inTurn(
        bucket,
        async () => {
          await keys.destroy(bucket);
          // Crash here: unreadable segments are left, `daysHeld` still names the day, and the next run removes them.
          await rm(join(folder, bucket), { recursive: true, force: true });
          if ((await readdir(folder).catch(() => null)) !== null) await syncFolder(folder);
        },
        true,
      );
    },

    daysHeld: buckets,
    close: () => segments.close(),
  };
}

const identityOf = ({ nrd, captured, n, kind }: Omit<ReadImage, "jpeg">): Buffer =>
  Buffer.from(`${formatReadId(nrd, captured, n)}/${kind}`);

function seal(key: KeyObject, image: ReadImage): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(identityOf(image));
  return Buffer.concat([nonce, cipher.update(image.jpeg), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: KeyObject, record: Buffer, of: Omit<ReadImage, "jpeg">): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, record.subarray(0, NONCE_BYTES));
  decipher.setAAD(identityOf(of));
  decipher.setAuthTag(record.subarray(record.length - TAG_BYTES));
  const sealed = record.subarray(NONCE_BYTES, record.length - TAG_BYTES);
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}
