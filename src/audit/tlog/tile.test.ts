import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LARGEST_LEAF, packEntries, unpackEntries } from "./entry-bundle.ts";
import { entriesPath, parseTilePath, tilePath, widthOfTile } from "./tile.ts";

describe("the path of a tile", () => {
  it("is written as the format's own example has it", () => {
    expect(tilePath(0, 1_234_067)).toBe("tile/0/x001/x234/067");
    expect(tilePath(1, 0, 5)).toBe("tile/1/000.p/5");
    expect(tilePath(2, 999, 256)).toBe("tile/2/999");
    expect(tilePath(0, 1000)).toBe("tile/0/x001/000");
    expect(entriesPath(67, 255)).toBe("tile/entries/067.p/255");
  });

  it("reads back as what it was written from", () => {
    const index = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 63 }),
        index,
        fc.integer({ min: 1, max: 256 }),
        (level, index, width) => {
          expect(parseTilePath(tilePath(level, index, width))).toEqual({ level, index, width });
          expect(parseTilePath(entriesPath(index, width))).toEqual({ level: "entries", index, width });
        },
      ),
    );
  });

  it.each([
    "tile/0/0",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/x000/001",
    "tile/0/x001",
    "tile/0/001/002",
    "tile/0/1000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/05",
    "tile/0/000.p/",
    "tile/0/000.p/5/",
    "/tile/0/000",
    "tile/0/../000",
    "tile/Entries/000",
    "tile/0/x999/x999/x999/x999/x999/999",
    `tile/0/${"x001/".repeat(9)}000`,
    "tile/0/٠٠٠",
    "",
  ])("is refused where it is written otherwise: %s", (path) => {
    expect(parseTilePath(path)).toBeNull();
  });

  it("knows how wide a tile is at a size", () => {
    expect([0, 272, 273, 274].map((index) => widthOfTile(0, index, 70_000))).toEqual([256, 256, 112, 0]);
    expect([0, 1, 2].map((index) => widthOfTile(1, index, 70_000))).toEqual([256, 17, 0]);
    expect(widthOfTile(2, 0, 70_000)).toBe(1);
  });
});

describe("a bundle of entries", () => {
  it("gives back the leaves it was packed from", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (arrays) => {
        const leaves = arrays.map((array) => Buffer.from(array));
        expect(unpackEntries(packEntries(leaves))).toEqual(leaves);
      }),
    );
    expect(packEntries([Buffer.from("ab"), Buffer.alloc(0)])).toEqual(Buffer.from("000261620000", "hex"));
  });

  it("holds a leaf of 65,535 bytes and none larger", () => {
    const largest = Buffer.alloc(LARGEST_LEAF, 7);
    expect(unpackEntries(packEntries([largest]))).toEqual([largest]);
    expect(() => packEntries([Buffer.alloc(LARGEST_LEAF + 1)])).toThrow(RangeError);
  });

  it.each(["00", "0001", "000261", "00016100"])(
    "is refused when it ends in the middle of a leaf: %s",
    (bytes) => {
      expect(unpackEntries(Buffer.from(bytes, "hex"))).toBeNull();
    },
  );
});
