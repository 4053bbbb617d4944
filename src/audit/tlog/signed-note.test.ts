import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkpointText, parseCheckpoint } from "./checkpoint.ts";
import { EMPTY_ROOT, sha256 } from "./hash.ts";
import {
  COSIGNATURE,
  cosigner,
  ED25519,
  LARGEST_NOTE,
  noteSigner,
  noteVerifier,
  openNote,
  parseSignatureLine,
  parseVerifierKey,
  privateKeyOf,
  signatureLine,
  signNote,
  verifierKeyText,
  type NoteVerifier,
} from "./signed-note.ts";

// The published example of Go's note package: key, text and signature.
const KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const example = parseVerifierKey(KEY) as NoteVerifier;
const neumann = noteSigner("PeterNeumann", privateKeyOf(Buffer.from(SECRET, "base64").subarray(1)));
const stranger = noteSigner("stranger.example", privateKeyOf(sha256(Buffer.from("stranger"))));
const AT = Date.parse("2026-11-23T07:00:00.900Z");
const witness = cosigner("witness.example/w1", privateKeyOf(sha256(Buffer.from("witness"))), () => AT);

describe("a signed note", () => {
  it("is signed and opened as the published example", () => {
    expect(signNote(TEXT, [neumann])).toBe(`${TEXT}\n${SIGNATURE}`);
    expect(openNote(`${TEXT}\n${SIGNATURE}`, [example])).toEqual({
      opened: true,
      text: TEXT,
      signatures: [{ name: "PeterNeumann", keyId: "c74f20a3", type: ED25519, time: null }],
    });
    expect(verifierKeyText(neumann.verifier)).toBe(KEY);
  });

  it("tells whose signatures hold, each key once, and passes over keys that nobody asked about", () => {
    const note = `${signNote(TEXT, [stranger, neumann, witness])}${SIGNATURE}`;
    const opened = openNote(note, [example, witness.verifier]);
    expect(opened.opened && opened.signatures).toEqual([
      { name: "PeterNeumann", keyId: "c74f20a3", type: ED25519, time: null },
      {
        name: "witness.example/w1",
        keyId: witness.verifier.keyId,
        type: COSIGNATURE,
        time: Date.parse("2026-11-23T07:00:00Z"),
      },
    ]);
  });

  it("is refused when one byte of it differs", () => {
    const note = Buffer.from(signNote(TEXT, [neumann, witness]));
    const known = [example, witness.verifier];
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(note);
        changed[at] = (changed[at] as number) ^ flip;
        const opened = openNote(changed.toString(), known);
        // Only a signature line that no longer names a known key may be passed over; the text is never another.
        if (opened.opened) {
          expect(opened.text).toBe(TEXT);
          expect(opened.signatures.length).toBe(1);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("is refused when no known key has signed, or a known key's signature does not hold", () => {
    const note = signNote(TEXT, [stranger]);
    expect(openNote(note, [example])).toMatchObject({ why: expect.stringContaining("not signed by Peter") });
    expect(openNote(note, [])).toMatchObject({ opened: false });
    const forged = `${note}${signatureLine("another text\n", neumann)}`;
    expect(openNote(forged, [example, stranger.verifier])).toEqual({
      opened: false,
      why: "The signature of PeterNeumann does not hold.",
    });
    const redated = parseSignatureLine(signatureLine(TEXT, witness).trimEnd())?.signature as Buffer;
    redated.writeBigUInt64BE(BigInt(AT) / 1000n - 60n);
    const line = Buffer.concat([Buffer.from(witness.verifier.keyId, "hex"), redated]).toString("base64");
    expect(openNote(`${TEXT}\n— witness.example/w1 ${line}\n`, [witness.verifier])).toMatchObject({
      opened: false,
    });
  });

  it.each([
    ["no signature", `${TEXT}\n`],
    ["no blank line", `${TEXT}${SIGNATURE}`],
    ["no end of line", `${TEXT}\n${SIGNATURE.slice(0, -1)}`],
    ["a carriage return", `${TEXT.replace("\n", "\r\n")}\n${SIGNATURE}`],
    ["a hyphen for the dash", `${TEXT}\n${SIGNATURE.replace("—", "-")}`],
    ["a second space", `${TEXT}\n${SIGNATURE.replace(" x08", "  x08")}`],
    ["base64 without padding", `${TEXT}\n${SIGNATURE.replace("=", "")}`],
    ["base64 written otherwise", `${TEXT}\n${SIGNATURE.replace("AM=", "AN=")}`],
    ["text after the signature", `${TEXT}\n${SIGNATURE}more\n`],
    ["too many signatures", `${TEXT}\n${SIGNATURE.repeat(65)}`],
    ["too many bytes", `${"a\n".repeat(LARGEST_NOTE)}\n${SIGNATURE}`],
    ["nothing", ""],
  ])("is refused with %s", (_, note) => {
    expect(openNote(note, [example])).toMatchObject({ opened: false });
  });

  it("is not made from a text that no note can hold", () => {
    for (const text of ["no end of line", "a\ttab\n", "half a \uD800 sign\n"]) {
      expect(() => signNote(text, [neumann])).toThrow(RangeError);
    }
  });
});

describe("a verifier key", () => {
  it("reads back as what it was written from, for both kinds", () => {
    for (const { verifier } of [neumann, witness]) {
      const again = parseVerifierKey(`${verifierKeyText(verifier)}\n`) as NoteVerifier;
      expect({ ...again, publicKey: again.publicKey.export({ format: "jwk" }) }).toEqual({
        ...verifier,
        publicKey: verifier.publicKey.export({ format: "jwk" }),
      });
    }
  });

  it.each([
    KEY.replace("PeterNeumann", "PeterNeuman"),
    KEY.replace("c74f20a3", "C74F20A3"),
    KEY.replace("c74f20a3", "c74f20a4"),
    KEY.replace("+AR", "+Ag"),
    `${KEY}=`,
    ` ${KEY}`,
    KEY.slice(0, -4),
    "PeterNeumann+c74f20a3",
    "",
  ])("is refused where it is not exact: %s", (text) => expect(parseVerifierKey(text)).toBeNull());

  it("has a name that can stand in a note", () => {
    for (const name of ["", "two words", "a+b", "a\u00A0b", "a\nb"]) {
      expect(() => noteVerifier(name, ED25519, createPublicKey(privateKeyOf(Buffer.alloc(32))))).toThrow(
        RangeError,
      );
    }
  });
});

describe("a checkpoint", () => {
  const root = sha256(Buffer.from("a root"));

  it("reads back as what it was written from", () => {
    const checkpoint = { origin: "anpr.example/log", size: 20_852_163, root };
    expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
    expect(checkpointText({ origin: "a", size: 0, root: EMPTY_ROOT })).toBe(
      "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    );
    const extended = `${checkpointText(checkpoint)}of another log\n`;
    expect(parseCheckpoint(extended)).toEqual(checkpoint);
  });

  const lines = (...parts: readonly string[]): string => parts.map((part) => `${part}\n`).join("");
  const written = root.toString("base64");

  it.each([
    lines("a", "07", written),
    lines("a", "-1", written),
    lines("a", "1.0", written),
    lines("a", " 1", written),
    lines("a", "9007199254740993", written),
    lines("", "1", written),
    lines("a", "1", written.slice(0, -1)),
    lines("a", "1", `${written}=`),
    lines("a", "1", root.toString("base64url")),
    lines("a", "1", root.subarray(1).toString("base64")),
    lines("a", "1", written, ""),
    lines("a", "1"),
    lines("a", "1", written).slice(0, -1),
    lines("a\r", "1", written),
  ])("is refused where it is not exact: %j", (text) => expect(parseCheckpoint(text)).toBeNull());
});
