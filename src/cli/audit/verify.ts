import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  COSIGNED_PATH,
  FaultFound,
  noteOf,
  readCheckpointNote,
  readCosignedNote,
  type LogFault,
} from "../../audit/tlog/public-files.ts";
import { openCheckpoint, type SignedCheckpoint } from "../../audit/tlog/signed-checkpoint.ts";
import { COSIGNATURE, ED25519, type NoteVerifier } from "../../audit/tlog/signed-note.ts";
import { verifyLog, type EarlierCheckpoint } from "../../audit/tlog/verify-log.ts";
import { numberOption, UsageError } from "../options.ts";
import { ageSentence, newestDated, requireRecent } from "./dated-evidence.ts";
import { folderFiles } from "./folder-files.ts";
import { readKey } from "./read-key.ts";
import { siteFiles } from "./site-files.ts";
import { terminalText } from "./terminal-text.ts";

const MINUTE_MS = 60_000;

/** Checks a whole log from its public files alone (AUD-1): how it holds, how old that is, and 0; or what is wrong, and 1. */
export async function verify(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: "string" },
      dir: { type: "string" },
      key: { type: "string" },
      since: { type: "string", multiple: true },
      "witness-key": { type: "string", multiple: true },
      witnesses: { type: "string" },
      "cosigned-within": { type: "string" },
      "max-age": { type: "string" },
    },
  });
  if ((values.url === undefined) === (values.dir === undefined)) {
    throw new UsageError("verify takes either --url or --dir.");
  }
  if (values.key === undefined)
    throw new UsageError("verify takes --key, a file with the log's verifier key.");
  const read = values.url === undefined ? folderFiles(values.dir as string) : siteFiles(values.url);
  const key = readKey("--key", values.key, ED25519);
  const witnesses = witnessKeys(values["witness-key"] ?? [], key);
  const required = numberOption("--witnesses", values.witnesses) ?? 0;
  if (!Number.isInteger(required) || required > witnesses.length) {
    throw new UsageError(`--witnesses ${required} needs as many different --witness-key files.`);
  }
  const withinMinutes = numberOption("--cosigned-within", values["cosigned-within"]);
  if (withinMinutes !== undefined && witnesses.length === 0) {
    throw new UsageError("--cosigned-within needs a --witness-key.");
  }
  const maxAge = numberOption("--max-age", values["max-age"]);
  const earlierFiles = (values.since ?? []).flatMap(checkpointFiles);
  try {
    const earlier = earlierFiles.map((file) => earlierCheckpoint(file, key));
    // In this order: what is read later is never the shorter one.
    const cosignedNote = witnesses.length === 0 ? null : await readCosignedNote(read);
    const checkpoint = openCheckpoint(await readCheckpointNote(read), key, witnesses);
    const cosigned = cosignedOf(checkpoint, cosignedNote, key, witnesses, required);
    if (cosigned !== null) {
      requireFresh(checkpoint, cosigned, withinMinutes);
      if (cosigned !== checkpoint) earlier.push({ ...cosigned, name: "the cosigned checkpoint" });
    }
    const verdict = await verifyLog(checkpoint, read, earlier);
    if (!verdict.holds) return complain(verdict);
    const [dated, now] = [newestDated(cosigned, verdict.newestEntryAt), Date.now()];
    requireRecent(dated, maxAge, now);
    console.log(terminalText(summary(checkpoint, cosigned, verdict.entriesRead)));
    console.log(terminalText(ageSentence(dated, now)));
    return 0;
  } catch (error) {
    if (error instanceof FaultFound) return complain(error.fault);
    throw error;
  }
}

function complain({ where, why }: LogFault): 1 {
  console.error(terminalText(`The log does not hold. ${where}: ${why}.`));
  return 1;
}

/** The newest checkpoint that witnesses have cosigned: the log's newest, or the one it shows beside it. */
function cosignedOf(
  newest: SignedCheckpoint,
  cosignedNote: string | null,
  key: NoteVerifier,
  witnesses: readonly NoteVerifier[],
  required: number,
): SignedCheckpoint | null {
  if (witnesses.length === 0) return null;
  if (newest.cosignatures.length >= Math.max(required, 1)) return newest;
  if (cosignedNote === null) {
    if (required === 0) return null;
    throw new FaultFound(
      "checkpoint",
      `${newest.cosignatures.length} of the witnesses cosigned it; ${required} must`,
    );
  }
  return openCheckpoint(cosignedNote, key, witnesses, required, COSIGNED_PATH);
}

/** What no witness has seen can still be taken back, so it must not stay so for long. */
function requireFresh(
  newest: SignedCheckpoint,
  cosigned: SignedCheckpoint,
  minutes: number | undefined,
): void {
  const latest = Math.max(...cosigned.cosignatures.map(({ time }) => time ?? 0));
  if (minutes === undefined || newest.size === cosigned.size || latest >= Date.now() - minutes * MINUTE_MS)
    return;
  throw new FaultFound(
    "checkpoint",
    `the ${newest.size - cosigned.size} entries after the first ${cosigned.size} have not been cosigned within ${minutes} minutes`,
  );
}

function summary(newest: SignedCheckpoint, cosigned: SignedCheckpoint | null, entriesRead: number): string {
  const { origin, size, root } = newest;
  const seen = (cosigned?.cosignatures ?? []).map(
    ({ name, time }) => `${name} at ${new Date(time ?? 0).toISOString()}`,
  );
  const part = cosigned === null || cosigned.size === size ? "" : `the first ${cosigned.size} of them `;
  return (
    `The log ${origin} holds: ${size} entries, root ${root.toString("base64")}, ` +
    `${seen.length === 0 ? "not cosigned by a witness you named" : `${part}cosigned by ${seen.join(", ")}`}; ` +
    `the contents of ${entriesRead} were read.`
  );
}

function earlierCheckpoint(file: string, key: NoteVerifier): EarlierCheckpoint {
  const { size, root } = openCheckpoint(noteOf(readFileSync(file), file), key, [], 0, file);
  return { name: file, size, root };
}

/** A file is itself; a folder, such as a mirror's `checkpoints`, is every checkpoint in it. */
function checkpointFiles(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`--since ${path} cannot be read.`);
  return found.isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
}

/** The witnesses' keys, each once: a cosignature does not say its name, so one key under two names is one witness. */
function witnessKeys(files: readonly string[], logKey: NoteVerifier): NoteVerifier[] {
  const byKey = new Map<string, NoteVerifier>();
  for (const file of files) {
    const key = readKey("--witness-key", file, COSIGNATURE);
    if (key.publicKey.equals(logKey.publicKey)) {
      throw new UsageError(
        `--witness-key ${file} is the key of the log itself: nobody is their own witness.`,
      );
    }
    byKey.set(String(key.publicKey.export({ format: "jwk" }).x), key);
  }
  return [...byKey.values()];
}
