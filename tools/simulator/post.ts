import { setTimeout as sleep } from "node:timers/promises";
import { BOF2_PATH, bof2Duty, sendCapture } from "./bof2-message.ts";
import { drawOverview, drawReadPatch } from "./draw/overview.ts";
import { HttpPoster, type Reply } from "./http-post.ts";
import { nativeRead, type NativeRead, type SimulatedRead } from "./simulated-read.ts";

const FLUSH_MILLISECONDS = 250;
const LARGEST_BATCH = 2_000;
const LONGEST_PAUSE = 30_000;

/** What the service said to the reads sent so far. */
export interface PostTally {
  sent: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  refused: number;
  /** Posts that had to be made again. */
  retries: number;
  images: number;
  overBof2: number;
  /** The last thing that went wrong, in words. */
  lastTrouble: string | undefined;
}

export interface PosterOptions {
  readonly to: string;
  readonly token: string;
  /** Share of reads over BOF2, 0 to 1. */
  readonly bofShare: number;
  /** Share of reads with images, 0 to 1; reads of watched vehicles always have them. */
  readonly imageShare: number;
  /** Reads that may wait; `room` holds the sender back beyond that. */
  readonly queue: number;
  readonly signal: AbortSignal;
}

/**
 * Sends reads over the real interfaces: NDJSON batches every quarter second, one at a time and in order, and a share as
 * BOF2 captures. A read is forgotten only when the service has answered for it; a busy service (503, fault 0002)
 * or a lost connection means waiting and sending the same bytes again.
 */
export class Poster {
  readonly tally: PostTally = {
    sent: 0,
    stored: 0,
    duplicate: 0,
    quarantined: 0,
    refused: 0,
    retries: 0,
    images: 0,
    overBof2: 0,
    lastTrouble: undefined,
  };
  readonly #options: PosterOptions;
  readonly #http: HttpPoster;
  readonly #native: SimulatedRead[] = [];
  readonly #bof2: SimulatedRead[] = [];
  #count = 0;
  #closing = false;
  #failure: Error | undefined;
  readonly #loops: Promise<unknown>;

  constructor(options: PosterOptions) {
    this.#options = options;
    this.#http = new HttpPoster(options.to, options.token, 4);
    this.#loops = Promise.all([this.#sendNative(), this.#sendBof2(), this.#sendBof2()]);
    // A failure is thrown where `room` or `finish` is awaited, never as an unhandled rejection.
    this.#loops.catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    });
  }

  /** Takes a read to be sent. */
  offer(read: SimulatedRead): void {
    // The golden ratio spreads the share evenly over the reads.
    const overBof2 = (++this.#count * 0.618_033_988_749_895) % 1 < this.#options.bofShare;
    (overBof2 ? this.#bof2 : this.#native).push(read);
  }

  /** Waits until there is room in the queue. Throws where the service will never take our reads (401, 403, 404). */
  async room(): Promise<void> {
    while (
      this.#waiting >= this.#options.queue &&
      !this.#options.signal.aborted &&
      this.#failure === undefined
    )
      await sleep(50);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Sends what is left (unless aborted) and closes the connections. */
  async finish(): Promise<void> {
    this.#closing = true;
    try {
      await this.#loops;
    } finally {
      this.#http.close();
    }
  }

  get #waiting(): number {
    return this.#native.length + this.#bof2.length;
  }

  async #sendNative(): Promise<void> {
    while (!this.#finished(this.#native)) {
      const began = performance.now();
      const batch = this.#native.splice(0, LARGEST_BATCH);
      if (batch.length > 0)
        await this.#sendBatch(await Promise.all(batch.map((read) => this.#withImages(read))));
      const rest = FLUSH_MILLISECONDS - (performance.now() - began);
      if (this.#native.length < LARGEST_BATCH && rest > 0) await this.#pause(this.#closing ? 5 : rest);
    }
  }

  async #sendBatch(lines: readonly NativeRead[]): Promise<void> {
    const body = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const reply = await this.#untilAnswered(
      () => this.#http.post("/v1/reads", "application/x-ndjson", body),
      ({ status }) => status === 0 || status >= 500 || status === 429 || status === 408,
    );
    if (reply === undefined) return;
    if (reply.status === 413 && lines.length > 1) {
      const half = lines.length >> 1;
      await this.#sendBatch(lines.slice(0, half));
      await this.#sendBatch(lines.slice(half));
      return;
    }
    this.tally.sent += lines.length;
    if (reply.status < 200 || reply.status > 299) {
      this.tally.refused += lines.length;
      this.tally.lastTrouble = `${reply.status} ${reply.body.slice(0, 200)}`;
      return;
    }
    for (const { verdict } of verdicts(reply.body)) if (isCounted(verdict)) this.tally[verdict]++;
  }

  async #sendBof2(): Promise<void> {
    while (!this.#finished(this.#bof2)) {
      const read = this.#bof2.shift();
      if (read === undefined) {
        await this.#pause(this.#closing ? 5 : 40);
        continue;
      }
      const { bofShare, imageShare } = this.#options;
      const drawn = this.#hasImages(read, Math.min(1, imageShare / bofShare))
        ? await this.#draw(read)
        : undefined;
      const body = Buffer.from(sendCapture(read, drawn));
      const reply = await this.#untilAnswered(
        () => this.#http.post(BOF2_PATH, "text/xml; charset=utf-8", body, { soapaction: '""' }),
        ({ status, body: text }) => bof2Duty(status, text) === "again",
      );
      if (reply === undefined) return;
      this.tally.sent++;
      this.tally.overBof2++;
      // BOF2 answers alike for a stored, a doubled and a quarantined read.
      if (bof2Duty(reply.status, reply.body) === "done") this.tally.stored++;
      else {
        this.tally.refused++;
        this.tally.lastTrouble = `${reply.status} ${reply.body.slice(0, 300)}`;
      }
    }
  }

  // Undefined only where the simulation was told to stop before the service had answered.
  async #untilAnswered(
    post: () => Promise<Reply>,
    again: (reply: Reply) => boolean,
  ): Promise<Reply | undefined> {
    for (let wait = 250; ; wait = Math.min(LONGEST_PAUSE, wait * 2)) {
      const reply = await post();
      if ([401, 403, 404].includes(reply.status))
        throw new Error(
          `${this.#options.to} answers ${reply.status} to simulated reads: check --to and --token. ${reply.body.slice(0, 300)}`,
        );
      if (!again(reply)) return reply;
      this.tally.retries++;
      this.tally.lastTrouble = `${reply.status === 0 ? "no connection" : reply.status}: ${reply.body.slice(0, 200)}`;
      if (this.#options.signal.aborted || this.#failure !== undefined) return undefined;
      await this.#pause(
        reply.retryAfter === undefined ? wait : Math.min(LONGEST_PAUSE, reply.retryAfter * 1_000),
      );
    }
  }

  #finished(queue: readonly SimulatedRead[]): boolean {
    return this.#failure !== undefined || (this.#closing && queue.length === 0);
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#options.signal }).catch(() => sleep(1));
  }

  #hasImages(read: SimulatedRead, share: number): boolean {
    if (read.faults.includes("watched")) return true;
    return (read.journey * 0.618_033_988_749_895 + read.passed * 0.000_137) % 1 < share;
  }

  async #withImages(read: SimulatedRead): Promise<NativeRead> {
    const { bofShare, imageShare } = this.#options;
    const share = bofShare >= 1 ? 0 : Math.max(0, imageShare - bofShare) / (1 - bofShare);
    if (!this.#hasImages(read, share)) return nativeRead(read);
    const { patch, overview } = await this.#draw(read);
    return { ...nativeRead(read), patch: patch.toString("base64"), overview: overview.toString("base64") };
  }

  async #draw(read: SimulatedRead): Promise<{ patch: Buffer; overview: Buffer }> {
    this.tally.images++;
    const [patch, overview] = await Promise.all([drawReadPatch(read), drawOverview(read)]);
    return { patch, overview };
  }
}

const COUNTED = ["stored", "duplicate", "quarantined", "refused"] as const;
const isCounted = (verdict: string | undefined): verdict is (typeof COUNTED)[number] =>
  COUNTED.some((known) => known === verdict);

// One JSON reply for the whole batch, or, from a service that streams, one line per read.
function verdicts(body: string): readonly { readonly verdict?: string }[] {
  try {
    const reply = JSON.parse(body) as { results?: readonly { verdict?: string }[] };
    return reply.results ?? [];
  } catch {
    return [...body.matchAll(/"verdict"\s*:\s*"(\w+)"/g)].map((match) => ({ verdict: match[1] as string }));
  }
}
