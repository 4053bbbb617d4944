import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { lockFolder } from "../../app/lock-folder.ts";
import { FaultFound, type ReadPublicFile } from "../../audit/tlog/public-files.ts";
import {
  ED25519,
  parseVerifierKey,
  verifierKeyText,
  type NoteVerifier,
} from "../../audit/tlog/signed-note.ts";
import { howLong } from "./dated-evidence.ts";
import { numberOption, UsageError } from "../options.ts";
import { lastGrown, rememberedKey, updateMirror } from "./mirror-folder.ts";
import { readKey } from "./read-key.ts";
import { replaceFile } from "../../audit/replace-file.ts";
import { siteFiles } from "./site-files.ts";
import { terminalText } from "./terminal-text.ts";

const LARGEST_KEY = 1024;
const MINUTE_MS = 60_000;

/** Keeps a folder of a log's public files and of every checkpoint seen (AUD-1); run it from a timer. Exits 1 at a fork, and where it stands still. */
export async function mirror(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: "string" },
      dir: { type: "string" },
      key: { type: "string" },
      "grown-within": { type: "string" },
    },
  });
  const within = numberOption("--grown-within", values["grown-within"]);
  if (values.url === undefined || values.dir === undefined)
    throw new UsageError("mirror takes --url and --dir.");
  const log = siteFiles(values.url);
  const given = values.key === undefined ? null : readKey("--key", values.key, ED25519);
  const folder = resolve(values.dir);
  const unlock = lockFolder(folder);
  try {
    const key = await keyOf(folder, given, log);
    const { before, size } = await updateMirror(folder, log, key);
    const now = Date.now();
    const grown = await lastGrown(folder, size > before, now);
    console.log(terminalText(`${key.name}: ${size} entries, ${size - before} of them new.`));
    const when = `${howLong(now - grown)} ago, at ${new Date(grown).toISOString()}`;
    console.log(`It was last seen here to have grown ${when}.`);
    if (within === undefined || now - grown <= within * MINUTE_MS) return 0;
    console.error(
      `The log stands still: nothing new within the ${within} minutes of --grown-within. It may be an old copy that is shown; ` +
        "compare its checkpoint with what others see.",
    );
    return 1;
  } catch (error) {
    if (!(error instanceof FaultFound)) throw error;
    const { where, why } = error.fault;
    console.error(terminalText(`The log does not hold. ${where}: ${why}.`));
    return 1;
  } finally {
    unlock();
  }
}

/** The key given, else the one remembered, else, for a new folder only, the one that the service shows. */
async function keyOf(folder: string, given: NoteVerifier | null, log: ReadPublicFile): Promise<NoteVerifier> {
  const remembered = await rememberedKey(folder);
  if (remembered !== null) {
    const key = parseVerifierKey(remembered);
    if (key === null) throw new Error(`${join(folder, "key")} does not hold a verifier key.`);
    if (given !== null && verifierKeyText(given) !== verifierKeyText(key)) {
      throw new Error(
        `${folder} mirrors a log with a different key; mirror a second log into its own folder.`,
      );
    }
    return key;
  }
  const key = given ?? parseVerifierKey((await log("key", LARGEST_KEY))?.toString() ?? "");
  if (key === null) throw new FaultFound("key", "the service does not show one");
  await replaceFile(join(folder, "key"), `${verifierKeyText(key)}\n`);
  if (given === null) {
    console.log(terminalText(`Trusting the key that the service shows: ${verifierKeyText(key)}`));
    console.log("Compare it with what the organisation gave you by another route.");
  }
  return key;
}
