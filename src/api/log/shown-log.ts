import type { PublishedLog } from "../../audit/published-log.ts";
import { TILE_WIDTH } from "../../audit/tlog/tile.ts";

/** A checkpoint is shown again for so long before the store is asked: no longer than the log takes to make another. */
const FRESH_MS = 200;
/** Full tiles kept in memory, 8 KiB each: 2 MiB, the tiles over 65,536 entries. */
const MOST_TILES = 256;

/** One text that many ask for: asked of the store once at a time, and not again while it is fresh. */
class SharedText {
  readonly #ask: () => Promise<string | null>;
  readonly #elapsed: () => number;
  #text: Promise<string | null> | undefined;
  /** While it is on its way it is fresh. */
  #freshUntil = Number.POSITIVE_INFINITY;

  constructor(ask: () => Promise<string | null>, elapsed: () => number) {
    this.#ask = ask;
    this.#elapsed = elapsed;
  }

  get(): Promise<string | null> {
    if (this.#text !== undefined && this.#elapsed() < this.#freshUntil) return this.#text;
    this.#freshUntil = Number.POSITIVE_INFINITY;
    this.#text = this.#ask().finally(() => (this.#freshUntil = this.#elapsed() + FRESH_MS));
    return this.#text.catch((error: unknown) => {
      this.#text = undefined;
      throw error;
    });
  }
}

/** The published log as strangers ask for it: however many ask at once, the store is hardly troubled (AUD-1). */
export class ShownLog {
  readonly #published: Pick<PublishedLog, "tile">;
  readonly #checkpoint: SharedText;
  readonly #cosigned: SharedText;
  /** Full tiles never change; the least recently asked for is first. */
  readonly #tiles = new Map<string, Buffer>();

  /** @param elapsed time on a clock that never goes back, in ms */
  constructor(
    published: Pick<PublishedLog, "checkpoint" | "cosigned" | "tile">,
    elapsed: () => number = () => performance.now(),
  ) {
    this.#published = published;
    this.#checkpoint = new SharedText(() => published.checkpoint(), elapsed);
    this.#cosigned = new SharedText(() => published.cosigned(), elapsed);
  }

  /** As it was at most a moment ago; null before the first. */
  checkpoint(): Promise<string | null> {
    return this.#checkpoint.get();
  }

  cosigned(): Promise<string | null> {
    return this.#cosigned.get();
  }

  /** The first `width` hashes of a tile; null unless the newest checkpoint covers them. */
  async tile(level: number, index: number, width: number): Promise<Buffer | null> {
    if (width < TILE_WIDTH) return this.#published.tile(level, index, width);
    const key = `${level}/${index}`;
    const tile = this.#tiles.get(key) ?? (await this.#published.tile(level, index, width));
    if (tile === null) return null;
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
    const [oldest] = this.#tiles.keys();
    if (this.#tiles.size > MOST_TILES && oldest !== undefined) this.#tiles.delete(oldest);
    return tile;
  }
}
