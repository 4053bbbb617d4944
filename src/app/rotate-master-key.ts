import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { serviceActs } from "../audit/acts/service.ts";
import { service } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";
import type { Settings } from "../config.ts";
import { keyPlaces, nextMasterFile, openMasterKey } from "../identity/keys/key-files.ts";
import { fingerprintOf, fingerprintText, sameFingerprint } from "../identity/keys/master-key.ts";
import { seal, unseal } from "../identity/keys/sealed.ts";
import { wrappedKeysIn } from "../storage/images/bucket-keys.ts";
import { syncFolder } from "../storage/images/sync-folder.ts";
import type { Database } from "../storage/postgres/database.ts";
import { installationOf } from "../storage/postgres/identity/installation.ts";
import { resealSecrets } from "../storage/postgres/identity/reseal.ts";
import { ARCHIVE_KEY_FILE, ARCHIVE_KEY_PURPOSE } from "./archive-key.ts";
import { keyPlaceOf, MASTER_KEY_IN_USE } from "./keys.ts";
import { imageKeysOf } from "./stores.ts";

/** What a rotation did. Each count is of this run: one that goes on counts what was left. */
export interface Rotation {
  /** The new key's fingerprint. */
  readonly fingerprint: string;
  readonly keys: number;
  readonly secrets: number;
  /** People whose recovery codes went. */
  readonly withoutCodes: number;
  /** Files of keys that open with neither key, left as they are. */
  readonly unopened: readonly string[];
}

interface RotationParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly audited: Audited;
}

/**
 * Takes a new master key: wraps anew what it wraps, seals anew what it seals (OPS-2). No process of the installation may run. The
 * new key waits beside the old one until everything is done; a crash at any step leaves what was done, a start in between is
 * refused, and the next call goes on.
 * @param step hears what was just done: a test of crashes
 * @throws Error where the old key is not this installation's, and while a process of it runs
 */
export async function rotateMasterKey(
  parts: RotationParts,
  step: (done: string) => void = () => undefined,
): Promise<Rotation> {
  const release = await parts.database.lock(MASTER_KEY_IN_USE);
  if (release === null)
    throw new Error(
      "A process of the service runs and has the master key in memory: stop all of them first. Nothing was changed.",
    );
  try {
    return await rotate(parts, step);
  } finally {
    await release();
  }
}

async function rotate(
  { settings, database, audited }: RotationParts,
  step: (done: string) => void,
): Promise<Rotation> {
  const place = keyPlaceOf(settings);
  const { master } = keyPlaces(place);
  const nextFile = nextMasterFile(place);
  const from = known(openMasterKey(master, false));
  const { fingerprint } = await installationOf(database);
  const goesOn = existsSync(nextFile) ? known(openMasterKey(nextFile, false)) : undefined;
  const ours = goesOn === undefined ? [from] : [from, goesOn];
  if (fingerprint === null || !ours.some((one) => sameFingerprint(fingerprint, one.fingerprint)))
    throw new Error(`The master key in ${master} is not this installation's: nothing was changed.`);
  const to = goesOn ?? known(openMasterKey(nextFile, true));
  await syncFolder(dirname(nextFile));
  step("new key");

  const wrapped = await wrappedFiles(settings);
  const unopened: string[] = [];
  let keys = 0;
  for (const file of wrapped) {
    const outcome = await rewrapFile(file, from.key, to.key);
    if (outcome === "unopened") unopened.push(file.path);
    if (outcome === "rewrapped") keys++;
    step(file.path);
  }

  // The store has one of the two on record; the log has the change once.
  const sealed =
    fingerprint !== null && sameFingerprint(fingerprint, to.fingerprint)
      ? { secrets: 0, withoutCodes: 0 }
      : await audited.do(
          service("service"),
          serviceActs.rotateMasterKey,
          { before: fingerprintText(from.fingerprint), after: fingerprintText(to.fingerprint) },
          () => resealSecrets(database, from, to),
        );
  step("secrets");
  await rename(nextFile, master);
  await syncFolder(dirname(master));
  step("old key gone");
  return { fingerprint: fingerprintText(to.fingerprint), keys, ...sealed, unopened };
}

const known = (key: Buffer) => ({ key, fingerprint: fingerprintOf(key) });

interface Wrapped {
  readonly path: string;
  /** @throws Error where it was not wrapped with `from` */
  rewrap(wrapped: Buffer, from: Buffer, to: Buffer): Buffer;
}

/** Every key that lies in a file of its own. */
async function wrappedFiles(settings: Settings): Promise<readonly Wrapped[]> {
  const imageKeys = imageKeysOf(settings);
  const archive = {
    path: join(keyPlaceOf(settings).folder, ARCHIVE_KEY_FILE),
    rewrap: (wrapped: Buffer, from: Buffer, to: Buffer) =>
      seal(to, unseal(from, wrapped, ARCHIVE_KEY_PURPOSE), ARCHIVE_KEY_PURPOSE),
  };
  return [
    ...(existsSync(archive.path) ? [archive] : []),
    ...(await wrappedKeysIn(join(imageKeys, "images"))),
    ...(await wrappedKeysIn(join(imageKeys, "preserved"))),
  ];
}

async function rewrapFile(
  file: Wrapped,
  from: Buffer,
  to: Buffer,
): Promise<"rewrapped" | "done" | "unopened"> {
  const before = await readFile(file.path);
  const opens = (key: Buffer): boolean => {
    try {
      file.rewrap(before, key, key);
      return true;
    } catch {
      return false;
    }
  };
  if (opens(to)) return "done";
  if (!opens(from)) return "unopened";
  const unfinished = `${file.path}.${randomBytes(6).toString("hex")}.new`;
  const handle = await open(unfinished, "wx", 0o600);
  try {
    await handle.writeFile(file.rewrap(before, from, to));
    await handle.sync();
  } finally {
    await handle.close();
  }
  // Crash here: a file that is never read; the key is still under the old one.
  await rename(unfinished, file.path);
  await syncFolder(dirname(file.path));
  return "rewrapped";
}
