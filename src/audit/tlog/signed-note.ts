import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { sha256 } from "./hash.ts";
import { isKeyName, isNoteText } from "./note-text.ts";
import { strictBase64 } from "./strict-base64.ts";

/** The two kinds of key: the log's own Ed25519, and a witness's cosignature with its time. The number is in every key. */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
export type KeyType = typeof ED25519 | typeof COSIGNATURE;

/** A note larger than this, or with more signatures, is refused unread. */
export const LARGEST_NOTE = 65_536;
export const MOST_SIGNATURES = 64;

const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** A public key that notes are checked with. */
export interface NoteVerifier {
  readonly name: string;
  readonly type: KeyType;
  /** 8 hexadecimal digits. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** Whoever signs notes: `sign` answers the bytes that follow the key id in the signature line. */
export interface NoteSigner {
  readonly name: string;
  readonly verifier: NoteVerifier;
  readonly sign: (text: string) => Buffer;
}

/** One signature that holds. */
export interface VerifiedSignature {
  readonly name: string;
  readonly keyId: string;
  readonly type: KeyType;
  /** When a witness signed, in ms since 1970; null for a signature without a time. */
  readonly time: number | null;
}

/** A note of which at least one signature holds, or why it cannot be relied on. */
export type NoteResult =
  | {
      readonly opened: true;
      readonly text: string;
      /** Of the keys asked for, each at most once. */
      readonly signatures: readonly VerifiedSignature[];
    }
  | { readonly opened: false; readonly why: string };

/**
 * A log's signer (C2SP signed-note, Ed25519; AUD-1).
 * @throws RangeError for a name with white space or a plus sign
 */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  return {
    name,
    verifier: noteVerifier(name, ED25519, createPublicKey(privateKey)),
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

/**
 * A witness's signer (C2SP tlog-cosignature, cosignature/v1): its signature says when.
 * @param now ms since 1970; a whole second is signed
 */
export function cosigner(name: string, privateKey: KeyObject, now: () => number): NoteSigner {
  return {
    name,
    verifier: noteVerifier(name, COSIGNATURE, createPublicKey(privateKey)),
    sign: (text) => {
      const seconds = Math.floor(now() / 1000);
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(seconds));
      return Buffer.concat([time, sign(null, cosignedText(seconds, text), privateKey)]);
    },
  };
}

/** The public side of a key. @throws RangeError for a name that cannot stand in a note, or a key that is not Ed25519 */
export function noteVerifier(name: string, type: KeyType, publicKey: KeyObject): NoteVerifier {
  if (!isKeyName(name)) throw new RangeError(`"${name}" cannot name a key: no white space and no plus sign.`);
  if (publicKey.asymmetricKeyType !== "ed25519") throw new RangeError("A note's key must be Ed25519.");
  return { name, type, keyId: keyIdOf(name, keyBytes(type, publicKey)), publicKey };
}

/** A verifier key as text: `<name>+<8 hexadecimal digits>+<base64 of the type byte and the public key>`. */
export function verifierKeyText({ name, type, keyId, publicKey }: NoteVerifier): string {
  return `${name}+${keyId}+${keyBytes(type, publicKey).toString("base64")}`;
}

/** Reads a verifier key; one line end after it is let pass. Null when it is not one, or its key id is not its own. */
export function parseVerifierKey(text: string): NoteVerifier | null {
  const line = text.replace(/\r?\n$/, "");
  const [name, keyId, ...rest] = line.split("+");
  const bytes = strictBase64(rest.join("+"));
  if (name === undefined || !isKeyName(name) || bytes?.length !== 1 + KEY_BYTES) return null;
  const type = bytes[0];
  if ((type !== ED25519 && type !== COSIGNATURE) || keyId !== keyIdOf(name, bytes)) return null;
  const x = bytes.subarray(1).toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return { name, type, keyId, publicKey };
}

/** An Ed25519 private key from its 32 secret bytes. */
export function privateKeyOf(seed: Buffer): KeyObject {
  if (seed.length !== KEY_BYTES) throw new RangeError("The seed of an Ed25519 key has 32 bytes.");
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: "der", type: "pkcs8" });
}

/** Signs a text; answers the whole note. @throws RangeError for a text that no note can hold */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) throw new RangeError("A note is made of whole lines without control characters.");
  return `${text}\n${signers.map((signer) => signatureLine(text, signer)).join("")}`;
}

/** One signature line over a text, to be added at the end of its note. */
export function signatureLine(text: string, { name, verifier, sign }: NoteSigner): string {
  const bytes = Buffer.concat([Buffer.from(verifier.keyId, "hex"), sign(text)]);
  return `— ${name} ${bytes.toString("base64")}\n`;
}

/**
 * Opens a note (C2SP signed-note): its text, and which of the known keys have signed it. Refused when it is malformed, when
 * a signature that claims to be of a known key does not hold, and when no known key has signed. Unknown keys are passed over.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): NoteResult {
  const parts = splitNote(note);
  if (typeof parts === "string") return { opened: false, why: parts };
  const { text, lines } = parts;
  const signatures = new Map<NoteVerifier, VerifiedSignature>();
  for (const line of lines) {
    const parsed = parseSignatureLine(line);
    if (parsed === null) return { opened: false, why: "A signature line of the note is malformed." };
    const { name, keyId, signature } = parsed;
    const verifier = verifiers.find((known) => known.name === name && known.keyId === keyId);
    if (verifier === undefined || signatures.has(verifier)) continue;
    const time = holds(verifier, text, signature);
    if (time === false) return { opened: false, why: `The signature of ${name} does not hold.` };
    signatures.set(verifier, { name, keyId, type: verifier.type, time });
  }
  if (signatures.size === 0) {
    return { opened: false, why: `The note is not signed by ${namesOf(verifiers)}.` };
  }
  return { opened: true, text, signatures: [...signatures.values()] };
}

/** The text of a note whose signatures nobody has checked, and its signature lines; or what is wrong with it. */
export function splitNote(note: string): { text: string; lines: string[] } | string {
  if (Buffer.byteLength(note) > LARGEST_NOTE) return `The note is larger than ${LARGEST_NOTE} bytes.`;
  const gap = note.lastIndexOf("\n\n");
  if (gap === -1 || !isNoteText(note)) return "This is not a signed note.";
  const text = note.slice(0, gap + 1);
  const lines = note.slice(gap + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) return `The note has more than ${MOST_SIGNATURES} signatures.`;
  return lines[0] === "" ? "The note has no signature." : { text, lines };
}

/** Reads one signature line, without its line end; null when it is malformed. */
export function parseSignatureLine(line: string): { name: string; keyId: string; signature: Buffer } | null {
  const [dash, name, encoded, ...rest] = line.split(" ");
  const bytes = strictBase64(encoded ?? "");
  if (dash !== "—" || name === undefined || !isKeyName(name) || rest.length > 0) return null;
  if (bytes === null || bytes.length <= KEY_ID_BYTES) return null;
  const keyId = bytes.subarray(0, KEY_ID_BYTES).toString("hex");
  return { name, keyId, signature: bytes.subarray(KEY_ID_BYTES) };
}

/** False when the signature does not hold; otherwise its time in ms, or null when it says none. */
function holds({ type, publicKey }: NoteVerifier, text: string, signature: Buffer): number | null | false {
  if (type === ED25519) {
    const right =
      signature.length === SIGNATURE_BYTES && verify(null, Buffer.from(text), publicKey, signature);
    return right ? null : false;
  }
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return false;
  const seconds = Number(signature.readBigUInt64BE());
  if (!Number.isSafeInteger(seconds * 1000)) return false;
  return verify(null, cosignedText(seconds, text), publicKey, signature.subarray(TIME_BYTES))
    ? seconds * 1000
    : false;
}

const cosignedText = (seconds: number, text: string): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

const keyBytes = (type: KeyType, publicKey: KeyObject): Buffer =>
  Buffer.concat([
    Buffer.from([type]),
    Buffer.from(publicKey.export({ format: "jwk" }).x as string, "base64url"),
  ]);

/** The key id binds name, type and key: a key cannot be used under another name. */
const keyIdOf = (name: string, bytes: Buffer): string =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), bytes])).toString("hex", 0, KEY_ID_BYTES);

const namesOf = (verifiers: readonly NoteVerifier[]): string =>
  verifiers.map(({ name, keyId }) => `${name} (key ${keyId})`).join(" or ") || "anyone";

// What DER puts before the 32 bytes of an Ed25519 private key (RFC 8410).
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");
