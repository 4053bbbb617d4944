import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { canonicalJson } from "../../audit/canonical-json.ts";
import { commitmentsIn, opens } from "../../audit/leaf.ts";
import { LARGEST_LEAF } from "../../audit/tlog/entry-bundle.ts";
import { leafHashOf } from "../../audit/tlog/hash.ts";
import { LONGEST_PROOF } from "../../audit/tlog/witness.ts";
import { verifyInclusion } from "../../audit/tlog/proof.ts";
import { FaultFound } from "../../audit/tlog/public-files.ts";
import { openCheckpoint } from "../../audit/tlog/signed-checkpoint.ts";
import { ED25519 } from "../../audit/tlog/signed-note.ts";
import { strictBase64 } from "../../audit/tlog/strict-base64.ts";
import { UsageError } from "../options.ts";
import { readKey } from "./read-key.ts";
import { terminalText } from "./terminal-text.ts";

const bytes = z.string().transform((text, context) => {
  const read = strictBase64(text);
  if (read === null) context.addIssue({ code: "custom", message: "is not base64" });
  return read ?? z.NEVER;
});

/** What `GET /v1/audit/{id}/proof` answers. */
const PROOF = z.object({
  index: z.int().nonnegative(),
  leaf: bytes,
  /** What opens the leaf's commitments, by member. */
  sealed: z.record(z.string(), z.object({ value: z.json(), salt: z.string() })).default({}),
  size: z.int().positive(),
  proof: z.array(bytes).max(LONGEST_PROOF),
  checkpoint: z.string(),
});

/**
 * Checks the proof of one entry, and what it says in the clear, without the service that gave it (AUD-2): 0 and the entry, or 1
 * and what does not hold.
 */
export async function check(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { proof: { type: "string" }, key: { type: "string" } },
  });
  if (values.proof === undefined || values.key === undefined)
    throw new UsageError("check takes --proof and --key.");
  const key = readKey("--key", values.key, ED25519);
  const { index, leaf, sealed, size, proof, checkpoint } = proofIn(values.proof);
  try {
    const { origin, size: signedSize, root } = openCheckpoint(checkpoint, key);
    const claim = { leafHash: leafHashOf(leaf), index, size: signedSize, root, proof };
    if (size !== signedSize || !verifyInclusion(claim)) {
      throw new FaultFound(
        `entry ${index}`,
        `the proof does not lead from it to the root signed over ${signedSize} entries`,
      );
    }
    const committed = commitmentsIn(leaf);
    for (const [member, { value, salt }] of Object.entries(sealed)) {
      if (!opens(committed[member], member, value, salt))
        throw new FaultFound(`entry ${index}`, `its leaf commits to another ${member} than the one shown`);
    }
    console.log(
      terminalText(`Entry ${index} is in the log ${origin}, under its signed ${signedSize} entries:`),
    );
    console.log(terminalText(leaf.toString(), LARGEST_LEAF));
    for (const member of Object.keys(committed).sort()) {
      const opening = sealed[member];
      const said = opening === undefined ? "not shown" : canonicalJson(opening.value);
      console.log(terminalText(`${member}: ${said}`, LARGEST_LEAF));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof FaultFound)) throw error;
    console.error(terminalText(`The proof does not hold. ${error.fault.where}: ${error.fault.why}.`));
    return 1;
  }
}

function proofIn(file: string): z.infer<typeof PROOF> {
  try {
    return PROOF.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new UsageError(`--proof ${file} does not contain a proof in the form the service gives.`, {
      cause,
    });
  }
}
