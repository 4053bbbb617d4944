import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The secrets an installation lives by. */
export interface Keys {
  /** 32 bytes; wraps the images' day keys and seals TOTP secrets. */
  readonly masterKey: Buffer;
  /** Ed25519; signs deletion receipts. */
  readonly signingKey: KeyObject;
  readonly verifyingKey: KeyObject;
  /** Ed25519; signs the audit log's checkpoints, and nothing else. */
  readonly logKey: KeyObject;
}

const MASTER_BYTES = 32;

/** Where keys lie. */
export interface KeyPlace {
  readonly folder: string;
  readonly masterKeyFile?: string | undefined;
}

/** The files of an installation's keys. */
export const keyPlaces = ({ folder, masterKeyFile }: KeyPlace) => ({
  master: masterKeyFile ?? join(folder, "master.key"),
  signing: join(folder, "signing.pem"),
  log: join(folder, "log.pem"),
});

/** Where the master key that takes the place of this one waits, while everything is sealed anew. */
export const nextMasterFile = (place: KeyPlace): string => `${keyPlaces(place).master}.next`;

/** Those of them that are not there. */
export const missingKeys = (place: KeyPlace): readonly string[] =>
  Object.values(keyPlaces(place)).filter((file) => !existsSync(file));

/**
 * Reads the keys of an installation; with `create`, makes those that are missing, readable by their owner alone.
 * @throws Error that says which file is missing, malformed or readable by others, and what to do.
 */
export function openKeys(place: KeyPlace, create: boolean): Keys {
  const { master: masterFile, signing, log } = keyPlaces(place);
  const masterKey = openMasterKey(masterFile, create);
  const signingKey = ed25519In(signing, create);
  return {
    masterKey,
    signingKey,
    verifyingKey: createPublicKey(signingKey),
    logKey: ed25519In(log, create),
  };
}

/** The 32-byte master key in a file; with `create`, made where there is none. @throws Error as `openKeys` */
export function openMasterKey(file: string, create: boolean): Buffer {
  const text = readOrMake(file, create, () => `${randomBytes(MASTER_BYTES).toString("hex")}\n`);
  if (!/^[0-9a-f]{64}\s*$/.test(text)) throw new Error(`${file} must hold 64 hexadecimal digits.`);
  return Buffer.from(text.trim(), "hex");
}

function ed25519In(file: string, create: boolean): KeyObject {
  const text = readOrMake(file, create, () =>
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  );
  const key = createPrivateKey(text);
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${file} must hold an Ed25519 private key.`);
  return key;
}

/** A key that was cut off while it was written would be taken for the key: it is there whole, or not at all; the first one stays. */
function makeWhole(file: string, text: string): void {
  const begun = `${file}.${randomBytes(8).toString("hex")}.new`;
  try {
    writeFileSync(begun, text, { mode: 0o600, flag: "wx", flush: true });
    linkSync(begun, file);
  } finally {
    rmSync(begun, { force: true });
  }
}

function readOrMake(file: string, create: boolean, make: () => string): string {
  if (!existsSync(file)) {
    if (!create)
      throw new Error(`${file} is missing. Run ./waywarden setup first, or restore the key from its backup.`);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    makeWhole(file, make());
  }
  if ((statSync(file).mode & 0o077) !== 0)
    throw new Error(`${file} can be read by others. Run: chmod 600 ${file}`);
  return readFileSync(file, "utf8");
}
