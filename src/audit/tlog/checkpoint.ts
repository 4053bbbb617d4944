import { isNoteText } from "./note-text.ts";
import { HASH_BYTES } from "./hash.ts";
import { strictBase64 } from "./strict-base64.ts";

/** What a log says of itself at one moment: this many entries, with this root. */
export interface Checkpoint {
  /** The log's name for ever, such as `anpr.example/log`. */
  readonly origin: string;
  /** How many entries the tree has. */
  readonly size: number;
  readonly root: Buffer;
}

/** The text of a checkpoint (C2SP tlog-checkpoint): three lines, to be signed as a note. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString("base64")}\n`;
}

/**
 * Reads a checkpoint's text. Null for anything else than an origin, a size without leading zeros, an exact base64 root and,
 * as other logs may add, extension lines that are not empty.
 */
export function parseCheckpoint(text: string): Checkpoint | null {
  if (!isNoteText(text)) return null;
  const [origin, sizeText, rootText, ...extensions] = text.slice(0, -1).split("\n");
  if (origin === undefined || origin === "" || extensions.includes("")) return null;
  if (sizeText === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(sizeText)) return null;
  const root = strictBase64(rootText ?? "");
  const size = Number(sizeText);
  if (root?.length !== HASH_BYTES || !Number.isSafeInteger(size)) return null;
  return { origin, size, root };
}
