import { readFileSync } from "node:fs";
import { parseVerifierKey, type NoteVerifier } from "../../audit/tlog/signed-note.ts";
import { UsageError } from "../options.ts";

/** A verifier key from a file. @throws UsageError naming the option when there is none in it */
export function readKey(option: string, file: string): NoteVerifier {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`${option} ${file} cannot be read.`);
  }
  const key = parseVerifierKey(text);
  if (key === null) throw new UsageError(`${option} ${file} does not hold a verifier key: name+id+base64.`);
  return key;
}
