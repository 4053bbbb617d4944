import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Contradiction } from "../../audit/tlog/witness.ts";
import { terminalText } from "./terminal-text.ts";

/** More than this many are not kept: one is enough for a proof. */
const MOST_KEPT = 200;

/**
 * Keeps each signed checkpoint that a witness refused to cosign, beside the one it had cosigned, in `contradictions`, and says
 * so. Where the two cannot both be of one log, they are the proof, in the log's own signature.
 */
export function keepContradictions(folder: string): (contradiction: Contradiction) => void {
  const place = join(folder, "contradictions");
  return ({ offered: { origin, size, root }, note, kept }) => {
    console.error(
      terminalText(
        `${origin} offered ${size} entries that were not shown to continue the ${kept?.size ?? 0} cosigned last.`,
      ),
    );
    try {
      mkdirSync(place, { recursive: true });
      const file = `${size}-${root.toString("hex", 0, 8)}`;
      const names = readdirSync(place);
      if (names.length >= MOST_KEPT || names.includes(file)) return;
      writeFileSync(join(place, file), note);
      if (kept !== null) writeFileSync(join(place, `${file}-after-${kept.size}`), kept.note);
    } catch (error) {
      console.error(`It could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}
