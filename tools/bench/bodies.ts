/** The identity triple and id of an NRD to send for. */
export interface BenchNrd {
  readonly feed: number;
  readonly source: number;
  readonly camera: number;
}

/** A small seeded generator (mulberry32): the same seed gives the same traffic. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const LETTERS = "ABCDEFGHJKLMNOPRSTUVWXY";
const AGES = ["12", "62", "15", "65", "17", "67", "19", "69", "21", "71", "23", "73", "25", "75"];

/** A current-style VRM, one of some 150 million. */
export function randomVrm(random: () => number): string {
  const letter = (): string => LETTERS[Math.floor(random() * LETTERS.length)] as string;
  return `${letter()}${letter()}${AGES[Math.floor(random() * AGES.length)]}${letter()}${letter()}${letter()}`;
}

const TIME_WIDTH = "2026-11-22T08:15:30.123Z".length;

/**
 * NDJSON of so many reads whose capture times can be set anew before each sending, in place: building text costs more than
 * the service's own work and would be measured with it.
 */
export class ReadBatch {
  readonly body: Buffer;
  readonly #timesAt: number[] = [];

  constructor(nrds: readonly BenchNrd[], vrms: readonly string[], random: () => number, separator = "\n") {
    const parts: string[] = [];
    let length = 0;
    for (const vrm of vrms) {
      const { feed, source, camera } = nrds[Math.floor(random() * nrds.length)] as BenchNrd;
      const head = `{"nrd":{"feed":${feed},"source":${source},"camera":${camera}},"vrm":"${vrm}","captured":"`;
      const confidence = 70 + Math.floor(random() * 30);
      const direction = random() < 0.5 ? "towards" : "away";
      const tail = `","confidence":${confidence},"direction":"${direction}","lane":${1 + Math.floor(random() * 3)},"country":"GB"}${separator}`;
      this.#timesAt.push(length + head.length);
      parts.push(head, " ".repeat(TIME_WIDTH), tail);
      length += head.length + TIME_WIDTH + tail.length;
    }
    this.body = Buffer.from(parts.join(""), "latin1");
  }

  /** Stamps the reads with the milliseconds before `now`, the last one latest, so that every read is a new one. */
  stamp(now: number, spreadMs: number): Buffer {
    const step = spreadMs / this.#timesAt.length;
    let text = "";
    let last = -1;
    this.#timesAt.forEach((at, index) => {
      const time = Math.floor(now - spreadMs + (index + 1) * step);
      if (time !== last) text = new Date((last = time)).toISOString();
      this.body.write(text, at, TIME_WIDTH, "latin1");
    });
    return this.body;
  }
}
