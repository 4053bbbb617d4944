import { sayTime } from "./london-time.ts";

/** What became of an entry after it raised a hit, as the room or the stream has it. */
type Since =
  | {
      readonly what: "removed" | "expired";
      readonly at: string | Date;
      readonly by: string | null;
      readonly why: string;
    }
  | {
      readonly what: "changed";
      readonly instruction: string;
      readonly priority: string;
      readonly warnings: string | null;
    }
  | null;

/**
 * What stands in place of the instruction once the entry is not what it was: `Entry removed 08:54:10 by lbrandt: recovered`.
 * Empty while it stands.
 */
export function saySince(since: Since): string {
  if (since === null) return "";
  if (since.what === "changed") {
    const warnings = since.warnings === null ? "" : ` Warnings: ${since.warnings}.`;
    return `Entry changed (${since.priority} priority).${warnings} The instruction is now: ${since.instruction}`;
  }
  const { clock } = sayTime(since.at);
  if (since.by === null) return `Entry ended ${clock}: do not act on it`;
  return `Entry removed ${clock} by ${since.by}${since.why === "" ? "" : `: ${since.why}`}`;
}
