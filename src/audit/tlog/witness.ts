import { parseCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { EMPTY_ROOT } from "./hash.ts";
import { verifyConsistency } from "./proof.ts";
import {
  LARGEST_NOTE,
  openNote,
  signatureLine,
  splitNote,
  type NoteSigner,
  type NoteVerifier,
} from "./signed-note.ts";
import { strictBase64 } from "./strict-base64.ts";

/** The largest body of a request, in bytes: a note, and above it the old size and 63 hashes of 45 characters. */
export const LARGEST_REQUEST = LARGEST_NOTE + 4096;
/** How many hashes a consistency proof may have; more than a tree of 2^63 leaves needs. */
export const LONGEST_PROOF = 63;

/** The largest tree of one log that this witness has cosigned. */
export interface WitnessedHead {
  readonly size: number;
  readonly root: Buffer;
  /** The checkpoint as the log signed it. */
  readonly note: string;
}

/** A checkpoint that the log has signed and that was not shown to continue the one cosigned last: perhaps a fork. */
export interface Contradiction {
  readonly offered: Checkpoint;
  /** The offered checkpoint as the log signed it. */
  readonly note: string;
  /** The head cosigned last; null when none was. */
  readonly kept: WitnessedHead | null;
}

/** What a witness remembers. It must never forget: a witness that forgets can be made to cosign a fork. */
export interface WitnessStore {
  /** The largest tree cosigned of a log, or null. */
  latest(origin: string): WitnessedHead | null;
  /** Resolves when the head survives a loss of power. */
  keep(origin: string, head: WitnessedHead): Promise<void>;
}

/** What the witness answers: an HTTP status and a body. */
export interface WitnessReply {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: "text/plain; charset=utf-8" | "text/x.tlog.size";
  readonly body: string;
}

interface Request {
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/**
 * A witness (C2SP tlog-witness; AUD-1). For each log it is in one of two states: it has cosigned nothing, or it has cosigned
 * one largest tree. A request moves it forward only: the log's signature holds, the request starts from the very tree that was
 * cosigned last, and the proof shows that tree to be the beginning of the new one. The new head is durable before the
 * cosignature is made, so whatever crash comes between, no two cosigned trees of a log ever contradict each other. Requests
 * are taken one at a time.
 */
export class Witness {
  readonly #logs: ReadonlyMap<string, NoteVerifier>;
  readonly #signer: NoteSigner;
  readonly #store: WitnessStore;
  readonly #contradicted: (contradiction: Contradiction) => void;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param logs the keys of the logs it watches; a key's name is its log's origin
   * @param contradicted hears of what was refused though the log signed it, to keep as proof
   */
  constructor(
    logs: readonly NoteVerifier[],
    signer: NoteSigner,
    store: WitnessStore,
    contradicted: (contradiction: Contradiction) => void = () => undefined,
  ) {
    this.#contradicted = contradicted;
    this.#logs = new Map(logs.map((key) => [key.name, key]));
    this.#signer = signer;
    this.#store = store;
  }

  /** Answers one `add-checkpoint` request; rejects only when the store fails, and then nothing is cosigned. */
  addCheckpoint(body: string): Promise<WitnessReply> {
    const reply = this.#last.then(() => this.#answer(body));
    this.#last = reply.catch(() => undefined);
    return reply;
  }

  async #answer(body: string): Promise<WitnessReply> {
    const request = parseRequest(body);
    if (typeof request === "string") return refusal(400, request);
    const { oldSize, proof, note, checkpoint } = request;
    const { origin, size, root } = checkpoint;

    const key = this.#logs.get(origin);
    if (key === undefined) return refusal(404, `This witness does not watch ${origin}.`);
    const opened = openNote(note, [key]);
    if (!opened.opened) return refusal(403, opened.why);
    if (oldSize > size) return refusal(400, "The old size is larger than the checkpoint's.");

    const kept = this.#store.latest(origin);
    const known = kept ?? { size: 0, root: EMPTY_ROOT };
    if (oldSize !== known.size) {
      return { status: 409, contentType: "text/x.tlog.size", body: `${known.size}\n` };
    }
    if (size === known.size && !root.equals(known.root)) {
      this.#contradicted({ offered: checkpoint, note, kept });
      return refusal(
        409,
        `A tree of ${size} entries with another root has been cosigned: the log has forked.`,
      );
    }
    if (!verifyConsistency({ oldSize, oldRoot: known.root, newSize: size, newRoot: root, proof })) {
      if (size > known.size) this.#contradicted({ offered: checkpoint, note, kept });
      return refusal(
        422,
        `The proof does not lead from the ${oldSize} entries cosigned last to this checkpoint.`,
      );
    }
    // A crash before this line: nothing happened. After it: the log asks again from the new size and is cosigned then.
    if (size > known.size) await this.#store.keep(origin, { size, root, note });
    return { ...refusal(200, ""), body: signatureLine(opened.text, this.#signer) };
  }
}

/** The body of a request: from the witness's size, the proof's hashes, and the checkpoint's note. */
export function witnessRequest(oldSize: number, proof: readonly Buffer[], note: string): string {
  const hashes = proof.map((hash) => `${hash.toString("base64")}\n`);
  return `old ${oldSize}\n${hashes.join("")}\n${note}`;
}

/** Reads a request's body; answers what is wrong with it where it is malformed. */
function parseRequest(body: string): Request | string {
  const gap = body.indexOf("\n\n");
  if (gap === -1) return "There is no empty line before the checkpoint.";
  const [old, ...hashLines] = body.slice(0, gap).split("\n");
  const oldText = /^old (0|[1-9]\d{0,15})$/.exec(old ?? "")?.[1];
  const oldSize = Number(oldText);
  if (oldText === undefined || !Number.isSafeInteger(oldSize)) return "The first line must be: old <size>";
  if (hashLines.length > LONGEST_PROOF) return `The proof has more than ${LONGEST_PROOF} hashes.`;
  const proof = hashLines.map(strictBase64);
  if (!proof.every((hash): hash is Buffer => hash?.length === 32))
    return "A line of the proof is not a hash.";
  const note = body.slice(gap + 2);
  const parts = splitNote(note);
  const checkpoint = typeof parts === "string" ? null : parseCheckpoint(parts.text);
  return checkpoint === null ? "The checkpoint is malformed." : { oldSize, proof, note, checkpoint };
}

const refusal = (status: WitnessReply["status"], why: string): WitnessReply => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${why}\n`,
});
