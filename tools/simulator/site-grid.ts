import { metresBetween, type Position } from "../../src/read/position.ts";

const CELLS_PER_DEGREE = 5;

/** Sites by squares of a fifth of a degree, to find the near ones without looking at all. */
export class SiteGrid {
  readonly #sites: readonly Position[];
  readonly #cells = new Map<number, number[]>();

  constructor(sites: readonly Position[]) {
    this.#sites = sites;
    sites.forEach((site, at) => {
      const key = cellKey(Math.floor(site.lat * CELLS_PER_DEGREE), Math.floor(site.lon * CELLS_PER_DEGREE));
      const members = this.#cells.get(key);
      if (members === undefined) this.#cells.set(key, [at]);
      else members.push(at);
    });
  }

  /** Sites within so many kilometres, nearest first. */
  near(at: Position, kilometres: number): number[] {
    const rows = Math.ceil((kilometres / 111) * CELLS_PER_DEGREE);
    const columns = Math.ceil((kilometres / (111 * Math.cos((at.lat * Math.PI) / 180))) * CELLS_PER_DEGREE);
    const row = Math.floor(at.lat * CELLS_PER_DEGREE);
    const column = Math.floor(at.lon * CELLS_PER_DEGREE);
    const found: { site: number; metres: number }[] = [];
    for (let r = row - rows; r <= row + rows; r++)
      for (let c = column - columns; c <= column + columns; c++)
        for (const site of this.#cells.get(cellKey(r, c)) ?? []) {
          const metres = metresBetween(at, this.#sites[site] as Position);
          if (metres <= kilometres * 1000) found.push({ site, metres });
        }
    return found.sort((a, b) => a.metres - b.metres).map((one) => one.site);
  }

  /** The `count` nearest sites however far, nearest first. */
  nearest(at: Position, count: number): number[] {
    return this.#sites
      .map((site, index) => ({ index, metres: metresBetween(at, site) }))
      .sort((a, b) => a.metres - b.metres)
      .slice(0, count)
      .map((one) => one.index);
  }
}

const cellKey = (row: number, column: number): number => row * 10_000 + column + 5_000;
