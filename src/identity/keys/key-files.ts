import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
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

/**
 * Reads the keys of an installation; with `create`, makes those that are missing, readable by their owner alone.
 * @throws Error that says which file is missing, malformed or readable by others, and what to do.
 */
export function openKeys(
  place: { folder: string; masterKeyFile?: string | undefined },
  create: boolean,
): Keys {
  const masterFile = place.masterKeyFile ?? join(place.folder, "master.key");
  const masterText = readOrMake(masterFile, create, () => `${randomBytes(MASTER_BYTES).toString("hex")}\n`);
  if (!/^[0-9a-f]{64}\s*$/.test(masterText))
    throw new Error(`${masterFile} must hold 64 hexadecimal digits.`);
  const signingKey = ed25519In(join(place.folder, "signing.pem"), create);
  return {
    masterKey: Buffer.from(masterText.trim(), "hex"),
    signingKey,
    verifyingKey: createPublicKey(signingKey),
    logKey: ed25519In(join(place.folder, "log.pem"), create),
  };
}

function ed25519In(file: string, create: boolean): KeyObject {
  const text = readOrMake(file, create, () =>
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  );
  const key = createPrivateKey(text);
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${file} must hold an Ed25519 private key.`);
  return key;
}

function readOrMake(file: string, create: boolean, make: () => string): string {
  if (!existsSync(file)) {
    if (!create)
      throw new Error(`${file} is missing. Run ./waywarden setup first, or restore the key from its backup.`);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, make(), { mode: 0o600, flag: "wx" });
  }
  if ((statSync(file).mode & 0o077) !== 0)
    throw new Error(`${file} can be read by others. Run: chmod 600 ${file}`);
  return readFileSync(file, "utf8");
}
