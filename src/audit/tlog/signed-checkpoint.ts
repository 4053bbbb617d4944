import { parseCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { FaultFound } from "./public-files.ts";
import { openNote, type NoteVerifier, type VerifiedSignature } from "./signed-note.ts";

/** A checkpoint that the log's key has signed. */
export interface SignedCheckpoint extends Checkpoint {
  /** The cosignatures that hold, of the witnesses asked about. */
  readonly cosignatures: readonly VerifiedSignature[];
}

/**
 * Opens a log's checkpoint (AUD-1): signed by its key, under its name, by as many of the witnesses as are asked for.
 * @param where what to call it in a fault, such as `checkpoint` or a file's name
 * @throws FaultFound saying what does not hold
 */
export function openCheckpoint(
  note: string,
  key: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
  required = 0,
  where = "checkpoint",
): SignedCheckpoint {
  const byLog = openNote(note, [key]);
  if (!byLog.opened) throw new FaultFound(where, byLog.why);
  const checkpoint = parseCheckpoint(byLog.text);
  if (checkpoint === null) throw new FaultFound(where, "it is signed, and it is not a checkpoint");
  if (checkpoint.origin !== key.name) {
    throw new FaultFound(where, `it is of the log ${checkpoint.origin}, and the key is that of ${key.name}`);
  }
  // Each witness is asked for alone, so that one that signed badly is not counted and does not hide the others.
  const cosignatures = witnesses.flatMap((witness) => {
    const opened = openNote(note, [witness]);
    return opened.opened ? opened.signatures : [];
  });
  if (cosignatures.length < required) {
    throw new FaultFound(where, `${cosignatures.length} of the witnesses have cosigned it; ${required} must`);
  }
  return { ...checkpoint, cosignatures };
}
