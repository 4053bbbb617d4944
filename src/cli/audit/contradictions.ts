import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Contradiction } from "../../audit/tlog/witness.ts";
import { terminalText } from "./terminal-text.ts";

/** More of a kind are not kept: one fork is proof enough, and bad proofs can be sent by anyone. */
const MOST_KEPT = 200;

/**
 * Keeps each signed checkpoint that a witness refused to cosign, beside the one it had cosigned, in `contradictions`, and says
 * so. `fork-…`: of one size with another root, which is proof in the log's own signature. `unproven-…`: of another size, where
 * the proof did not lead to it.
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
      const kind = size === kept?.size ? "fork" : "unproven";
      const file = `${kind}-${size}-${root.toString("hex", 0, 8)}`;
      const alike = readdirSync(place).filter((name) => name.startsWith(kind));
      if (alike.length >= MOST_KEPT || alike.includes(file)) return;
      writeFileSync(join(place, file), note);
      if (kept !== null) writeFileSync(join(place, `${file}-after-${kept.size}`), kept.note);
    } catch (error) {
      console.error(`It could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}
