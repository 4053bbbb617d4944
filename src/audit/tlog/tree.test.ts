import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgeKeys, growTiles, rootFromEdge, tileKey } from "./grow.ts";
import { EMPTY_ROOT, leafHashOf } from "./hash.ts";
import { naivePath, naiveRoot, naiveSubproof, someLeaves, tileReader } from "./naive-tree.fixture.ts";
import { consistencyProof, inclusionProof, rootOf, verifyConsistency, verifyInclusion } from "./proof.ts";

const hex = (bytes: Buffer): string => bytes.toString("hex");

/** The reference vectors of Certificate Transparency: eight leaves, and the root after each. */
const REFERENCE = [
  ["", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  ["00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  ["10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
  ["2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
  ["3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
  ["40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
  ["5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
  ["606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
] as const;

/** Grows a tree batch by batch, keeping only its edge, as the writer does. */
function growInBatches(leafHashes: readonly Buffer[], cuts: readonly number[]) {
  const kept = new Map<string, Buffer>();
  let [size, root] = [0, EMPTY_ROOT];
  for (const end of [...cuts, leafHashes.length]) {
    const edge = new Map(
      edgeKeys(size).map(({ level, index }) => [
        tileKey(level, index),
        kept.get(tileKey(level, index)) as Buffer,
      ]),
    );
    const grown = growTiles(size, edge, leafHashes.slice(size, end));
    for (const [key, bytes] of grown.tiles) kept.set(key, bytes);
    ({ size, root } = grown);
  }
  return { kept, size, root };
}

describe("the tree of the log", () => {
  it("has the roots of the reference vectors", () => {
    const leaves = REFERENCE.map(([leaf]) => leafHashOf(Buffer.from(leaf, "hex")));
    for (const [at, [, root]] of REFERENCE.entries()) {
      expect(hex(growTiles(0, new Map(), leaves.slice(0, at + 1)).root)).toBe(root);
    }
    expect(hex(growTiles(0, new Map(), []).root)).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  it("is the same however its leaves come in batches, and as the definition says", () => {
    const leaves = someLeaves(1400);
    const hashes = leaves.map(leafHashOf);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1400 }),
        fc.array(fc.integer({ min: 0, max: 1400 }), { maxLength: 6 }),
        (size, somewhere) => {
          const cuts = somewhere.filter((cut) => cut <= size).sort((a, b) => a - b);
          const grown = growInBatches(hashes.slice(0, size), cuts);
          expect(hex(grown.root)).toBe(hex(naiveRoot(leaves.slice(0, size))));
          expect(grown.size).toBe(size);
          expect(grown.kept).toEqual(growTiles(0, new Map(), hashes.slice(0, size)).tiles);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("names three levels of tiles at 70,000 leaves, as the format's own example has it", () => {
    expect(edgeKeys(70_000)).toEqual([
      { level: 0, index: 273 },
      { level: 1, index: 1 },
      { level: 2, index: 0 },
    ]);
    const hashes = Array.from({ length: 70_000 }, () => leafHashOf(Buffer.alloc(0)));
    const { tiles } = growTiles(0, new Map(), hashes);
    const widths = ["0/272", "0/273", "1/0", "1/1", "2/0"].map((key) => (tiles.get(key)?.length ?? 0) / 32);
    expect(widths).toEqual([256, 112, 256, 17, 1]);
    expect(tiles.size).toBe(274 + 2 + 1);
  });

  it("answers only tiles that changed", () => {
    const hashes = someLeaves(600).map(leafHashOf);
    const before = growInBatches(hashes.slice(0, 520), []);
    const edge = new Map(["0/2", "1/0"].map((key) => [key, before.kept.get(key) as Buffer]));
    expect([...growTiles(520, edge, hashes.slice(520, 521)).tiles.keys()]).toEqual(["0/2"]);
    expect([...growTiles(520, edge, []).tiles.keys()]).toEqual([]);
  });

  it("does not grow on an edge that has lost something", () => {
    const leaf = leafHashOf(Buffer.from("one more"));
    const { tiles } = growTiles(0, new Map(), someLeaves(3).map(leafHashOf));
    const short = new Map([["0/0", (tiles.get("0/0") as Buffer).subarray(32)]]);
    expect(() => growTiles(3, short, [leaf])).toThrow("must hold 3 hashes, and it has 64 bytes");
    expect(() => growTiles(3, new Map(), [leaf])).toThrow("it is missing");
    expect(() => rootFromEdge(3, new Map())).toThrow("it is missing");
  });
});

describe("proofs", () => {
  const leaves = someLeaves(1100);
  const hashes = leaves.map(leafHashOf);
  const read = tileReader(hashes);
  const sizes = fc.integer({ min: 1, max: 1100 });

  it("of inclusion are those of the definition, and hold for their leaf and place alone", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, anywhere) => {
        const index = anywhere % size;
        const proof = await inclusionProof(index, size, read);
        expect(proof.map(hex)).toEqual(naivePath(index, leaves.slice(0, size)).map(hex));
        const root = await rootOf(size, read);
        const claim = { leafHash: hashes[index] as Buffer, index, size, root, proof };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leafHash: leafHashOf(Buffer.from("another")) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        if (size > 1) {
          expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false);
          expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
        }
      }),
      { numRuns: 80 },
    );
  });

  it("of consistency are those of the definition, and hold for these two roots alone", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (newSize, anywhere) => {
        const oldSize = 1 + (anywhere % newSize);
        const proof = await consistencyProof(oldSize, newSize, read);
        expect(proof.map(hex)).toEqual(naiveSubproof(oldSize, leaves.slice(0, newSize), true).map(hex));
        const [oldRoot, newRoot] = [await rootOf(oldSize, read), await rootOf(newSize, read)];
        const claim = { oldSize, oldRoot, newSize, newRoot, proof };
        const other = leafHashOf(Buffer.from("another root"));
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, oldRoot: other })).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: other })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, other] })).toBe(false);
        if (proof.length > 0) expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
        if (oldSize > 1) expect(verifyConsistency({ ...claim, oldSize: oldSize - 1 })).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  it("of consistency with an empty or an unchanged tree are empty", async () => {
    expect(await consistencyProof(0, 9, read)).toEqual([]);
    expect(await consistencyProof(9, 9, read)).toEqual([]);
    const [oldRoot, newRoot] = [await rootOf(9, read), await rootOf(10, read)];
    expect(verifyConsistency({ oldSize: 0, oldRoot: EMPTY_ROOT, newSize: 9, newRoot, proof: [] })).toBe(true);
    expect(verifyConsistency({ oldSize: 0, oldRoot, newSize: 9, newRoot, proof: [] })).toBe(false);
    expect(verifyConsistency({ oldSize: 9, oldRoot, newSize: 9, newRoot, proof: [] })).toBe(false);
    expect(verifyConsistency({ oldSize: 10, oldRoot, newSize: 9, newRoot, proof: [] })).toBe(false);
  });

  it("are not made for entries and sizes that there are not", async () => {
    await expect(inclusionProof(3, 3, read)).rejects.toThrow(RangeError);
    await expect(inclusionProof(-1, 3, read)).rejects.toThrow(RangeError);
    await expect(consistencyProof(4, 3, read)).rejects.toThrow(RangeError);
    await expect(inclusionProof(0, 2, async () => Buffer.alloc(32))).rejects.toThrow("must hold 2 hashes");
  });
});
