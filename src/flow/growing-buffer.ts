const SMALLEST = 4_096;

/**
 * Collects pieces of a body in one block that doubles as it fills, so that a sender of one-byte pieces costs no more memory
 * than any other. A single piece is kept as it is, without a copy.
 */
export class GrowingBuffer {
  #block: Buffer = Buffer.alloc(0);
  #owned = false;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(piece: Buffer): void {
    const needed = this.#length + piece.length;
    if (this.#length === 0) {
      this.#block = piece;
      this.#owned = false;
    } else {
      if (!this.#owned || needed > this.#block.length) this.#grow(needed);
      piece.copy(this.#block, this.#length);
    }
    this.#length = needed;
  }

  /** Everything collected; the buffer is empty afterwards. */
  take(): Buffer {
    const all = this.#block.subarray(0, this.#length);
    this.clear();
    return all;
  }

  clear(): void {
    this.#block = Buffer.alloc(0);
    this.#owned = false;
    this.#length = 0;
  }

  #grow(needed: number): void {
    const block = Buffer.allocUnsafe(Math.max(SMALLEST, needed, this.#block.length * 2));
    this.#block.copy(block, 0, 0, this.#length);
    this.#block = block;
    this.#owned = true;
  }
}
