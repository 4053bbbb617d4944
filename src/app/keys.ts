import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Settings } from "../config.ts";
import {
  type KeyPlace,
  type Keys,
  keyPlaces,
  missingKeys,
  nextMasterFile,
  openKeys,
} from "../identity/keys/key-files.ts";
import { fingerprintOf, fingerprintText, sameFingerprint } from "../identity/keys/master-key.ts";
import type { Database } from "../storage/postgres/database.ts";
import { installationOf, recordFingerprint } from "../storage/postgres/identity/installation.ts";

/** The lock that every process of the service shares while it has the master key in memory, on whatever machine. */
export const MASTER_KEY_IN_USE = "master-key-in-use";

export const keyPlaceOf = ({ data, masterKeyFile }: Settings): KeyPlace => ({
  folder: join(resolve(data), "keys"),
  masterKeyFile,
});

/**
 * Opens the keys of an installation, and holds the master key against the fingerprint in the governed store: with another one
 * nothing that is sealed would open, and what is sealed from then on would not open with the right one (OPS-2).
 * @param create makes those that are missing, where there is nobody yet whose secrets need the lost ones
 * @throws Error that says what is true of the keys, and what to do
 */
export async function openInstallationKeys(
  settings: Settings,
  database: Database,
  create: boolean,
): Promise<Keys> {
  const place = keyPlaceOf(settings);
  if (existsSync(nextMasterFile(place)))
    throw new Error(
      `${nextMasterFile(place)} is there: the master key was being changed, and part of what it seals is sealed anew. Run ` +
        "./waywarden keys rotate: it goes on where it stopped.",
    );
  const { people, fingerprint } = await installationOf(database);
  const missing = missingKeys(place);
  const known = fingerprint === null ? "" : ` Its fingerprint is ${fingerprintText(fingerprint)}.`;
  if (missing.length > 0 && people > 0)
    throw new Error(
      `${missing.join(" and ")} is missing, and this installation has ${people} people already. The master key seals their second ` +
        `factors, the images and the archive; log.pem and signing.pem sign for it.${known} Put the keys back from their backup ` +
        "and start again. No new key was made: it would open nothing of what is there.",
    );
  if (missing.length > 0 && !create)
    throw new Error(
      `${missing.join(" and ")} is missing, and nobody has been set up here yet. Run ./waywarden setup first. If this should be an ` +
        "installation with people, its database is not the one the settings name.",
    );
  const keys = openKeys(place, create);
  const ours = fingerprintOf(keys.masterKey);
  const recorded = await recordFingerprint(database, ours);
  if (!sameFingerprint(recorded, ours))
    throw new Error(
      `The master key in ${keyPlaces(place).master} is not this installation's: its fingerprint is ${fingerprintText(ours)}, and what is ` +
        `here was sealed with ${fingerprintText(recorded)}. Nothing was opened with it or changed. Put the right key back from its ` +
        "backup; or, if the key is right, the settings name another installation's database.",
    );
  return keys;
}
