/** A tile spans eight levels of the tree, so it holds at most 256 hashes. */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

const HIGHEST_LEVEL = 63;

/** Which tile a path names: a tile of hashes by its level, or a bundle of entries. */
export interface TilePlace {
  readonly level: number | "entries";
  readonly index: number;
  /** 1 to 256; fewer than 256 for a tile that was not full yet. */
  readonly width: number;
}

/** The path of a tile of hashes (C2SP tlog-tiles), such as `tile/0/x001/x234/067` or, 5 wide, `tile/0/000.p/5`. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  return `tile/${level}/${numberPath(index)}${partPath(width)}`;
}

/** The path of a bundle of entries (C2SP tlog-tiles), such as `tile/entries/067`; its index is that of the level-0 tile. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${numberPath(index)}${partPath(width)}`;
}

/** Which tile a path names; null for a path that is not written exactly as `tilePath` or `entriesPath` would write it. */
export function parseTilePath(path: string): TilePlace | null {
  const parts = PATH.exec(path);
  if (parts === null) return null;
  const [, levelText, indexText, widthText] = parts as unknown as [
    string,
    string,
    string,
    string | undefined,
  ];
  const index = Number(indexText.replaceAll(/[x/]/g, ""));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  if (!Number.isSafeInteger(index)) return null;
  if (levelText === "entries") {
    return entriesPath(index, width) === path ? { level: "entries", index, width } : null;
  }
  const level = Number(levelText);
  return level <= HIGHEST_LEVEL && tilePath(level, index, width) === path ? { level, index, width } : null;
}

/** How many hashes a tile holds in a tree of `size` leaves: 0 to 256. A hash at level L stands for 256^L leaves. */
export function widthOfTile(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

// Six groups of three digits hold every safe integer; a longer path is refused before it is read further.
const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

function numberPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) as string[];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join("/");
}

const partPath = (width: number): string => {
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) return ".p/none";
  return width === TILE_WIDTH ? "" : `.p/${width}`;
};
