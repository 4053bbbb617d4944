import { readFileSync } from "node:fs";
import {
  COSIGNATURE,
  ED25519,
  parseVerifierKey,
  type KeyType,
  type NoteVerifier,
} from "../../audit/tlog/signed-note.ts";
import { UsageError } from "../options.ts";

const WHOSE = { [ED25519]: "a log", [COSIGNATURE]: "a witness" } as const;

/** A verifier key of a log, or of a witness, from a file. @throws UsageError naming the option when there is none in it */
export function readKey(option: string, file: string, type: KeyType): NoteVerifier {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`${option} ${file} cannot be read.`);
  }
  const key = parseVerifierKey(text);
  if (key?.type !== type) {
    throw new UsageError(
      `${option} ${file} does not hold the verifier key of ${WHOSE[type]}: name+id+base64.`,
    );
  }
  return key;
}
