/** The largest leaf, in bytes: its length is written in 16 bits. */
export const LARGEST_LEAF = 65_535;

const LENGTH_BYTES = 2;

/** Joins leaves into a bundle of entries (C2SP tlog-tiles): each after its length, 16 bits, the high byte first (AUD-1). */
export function packEntries(leaves: readonly Buffer[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      if (leaf.length > LARGEST_LEAF) {
        throw new RangeError(`A leaf of ${leaf.length} bytes does not fit; at most ${LARGEST_LEAF} do.`);
      }
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(leaf.length);
      return [length, leaf];
    }),
  );
}

/** The leaves of a bundle, in order; null when its bytes end in the middle of one. */
export function unpackEntries(bytes: Buffer): Buffer[] | null {
  const leaves: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + LENGTH_BYTES > bytes.length) return null;
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt16BE(at);
    if (at > bytes.length) return null;
    leaves.push(bytes.subarray(start, at));
  }
  return leaves;
}
