import { GrowingBuffer } from "../../../flow/growing-buffer.ts";

const NEWLINE = 0x0a;
const BLANK = /^\s*$/;

/** One line of an NDJSON body: its text, or that it was longer than the limit. */
export type Line = string | { readonly tooLong: true };

const TOO_LONG: Line = { tooLong: true };

/**
 * Cuts a byte stream into lines. Lines are found in the bytes, so a chunk may end inside a character; a line over the limit
 * is skipped as it streams by and never held. Blank lines and a byte order mark are passed over.
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #held = new GrowingBuffer();
  #skipping = false;
  #first = true;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** Takes the next chunk and calls `emit` for each line that it completes; `bytes` is the line's length on the wire. */
  push(chunk: Buffer, emit: (line: Line, bytes: number) => void): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#finish(chunk, from, end, emit);
      from = end + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  /** The body has ended: emits a last line that has no newline. */
  end(emit: (line: Line, bytes: number) => void): void {
    if (this.#held.length > 0 || this.#skipping) this.#finish(Buffer.alloc(0), 0, 0, emit);
  }

  #finish(chunk: Buffer, from: number, end: number, emit: (line: Line, bytes: number) => void): void {
    const bytes = this.#held.length + end - from;
    if (this.#skipping || bytes > this.#limit) {
      this.#held.clear();
      this.#skipping = false;
      this.#first = false;
      emit(TOO_LONG, 0);
      return;
    }
    let text: string;
    if (this.#held.length === 0) text = chunk.toString("utf8", from, end);
    else {
      this.#held.push(chunk.subarray(from, end));
      text = this.#held.take().toString("utf8");
    }
    if (this.#first) text = text.replace(/^\uFEFF/, "");
    this.#first = false;
    if (!BLANK.test(text)) emit(text, bytes);
  }

  #hold(tail: Buffer): void {
    if (this.#skipping) return;
    this.#held.push(tail);
    if (this.#held.length <= this.#limit) return;
    this.#held.clear();
    this.#skipping = true;
  }
}
