import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson } from "../audit/canonical-json.ts";
import { BackupError } from "./backup-error.ts";

export const MANIFEST = "manifest.json";
/** Of what this version writes, and reads. */
const FORMAT = 1;

const count = z.number().int().min(0);
const names = z.array(z.string()).readonly();
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** Below the backup's folder and nowhere else. */
const path = z.string().regex(/^[a-zA-Z0-9_-][a-zA-Z0-9_.-]*(\/[a-zA-Z0-9_-][a-zA-Z0-9_.-]*)*$/);
const table = z.object({ name: z.string().regex(/^[a-z_]+$/), columns: names });

const body = z.object({
  format: z.literal(FORMAT),
  id: z.uuid(),
  /** Of the program that made it. */
  version: z.string(),
  /** When its governed store was read, RFC 3339. */
  made: z.iso.datetime(),
  /** Of the master key, hexadecimal. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  log: z.object({
    /** The log's verifier key, as text. */
    key: z.string(),
    entries: count,
    /** Of the newest checkpoint, and its note; 0 and null before the first. */
    size: count,
    checkpoint: z.string().nullable(),
  }),
  /** The numbers of the law in force, by which a day is not put back any more. */
  retention: z.object({ accessMonths: count, deleteAfterDays: count, clockLeapHours: count }),
  /** Days that must be put back all the same: preserved reads of theirs are not copied yet. */
  heldBack: z.array(day).readonly(),
  governed: z.object({
    migrations: names,
    tables: z.array(table).readonly(),
    sequences: z.array(z.object({ name: z.string(), last: z.number() })).readonly(),
  }),
  archive: z.object({ tables: z.array(table).readonly() }),
  files: z
    .array(
      z.object({
        path,
        bytes: count,
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        /** The day of capture of what it holds, UTC, where it is of one. */
        day: day.optional(),
      }),
    )
    .readonly(),
});

/** What a backup holds, and what each file of it must be. */
export type Manifest = z.infer<typeof body>;
export type BackedUpFile = Manifest["files"][number];

const whole = body.extend({ sha256: z.string(), seal: z.string() });

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const sealOf = (text: string, key: Buffer): Buffer =>
  createHmac("sha256", key).update(`waywarden backup manifest\n${text}`).digest();

/** The manifest's text: with a digest that anybody can check, and a seal that only the backup's key makes. */
export function manifestText(manifest: Manifest, key: Buffer): string {
  const text = canonicalJson(manifest);
  const sealed = { ...manifest, sha256: digestOf(text), seal: sealOf(text, key).toString("hex") };
  return `${JSON.stringify(sealed, null, 1)}\n`;
}

/** A manifest that was read; `isSealedBy` says whether whoever had the backup's key wrote it. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly isSealedBy: (key: Buffer) => boolean;
}

/** @throws BackupError BACKUP_DAMAGED where it is missing or changed, BACKUP_UNKNOWN where a newer version wrote it */
export function readManifest(folder: string): ReadManifest {
  const damaged = (why: string, cause?: unknown) =>
    new BackupError("BACKUP_DAMAGED", `${MANIFEST} ${why}. Take another backup.`, cause);
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
  } catch (cause) {
    throw damaged(`of ${folder} is missing or cannot be read`, cause);
  }
  const { format } = z.object({ format: z.unknown() }).catch({ format: undefined }).parse(found);
  if (typeof format === "number" && format > FORMAT)
    throw new BackupError(
      "BACKUP_UNKNOWN",
      `This backup has format ${format}, and this version reads ${FORMAT}. Restore it with the version that made it.`,
    );
  const parsed = whole.safeParse(found);
  if (!parsed.success) throw damaged("is not one of a backup", parsed.error);
  const { sha256, seal, ...manifest } = parsed.data;
  const text = canonicalJson(manifest);
  if (digestOf(text) !== sha256) throw damaged("was changed since it was written");
  return {
    manifest,
    isSealedBy: (key) => {
      const given = Buffer.from(seal, "hex");
      const right = sealOf(text, key);
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
