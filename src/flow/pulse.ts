import { StoreGone } from "../errors.ts";

const EVERY_MS = 1_000;
const LIMIT_MS = 5_000;
const AGAIN_MS = 200;

/**
 * Knows within seconds that a server no longer answers, also one that is frozen and keeps its connections: what was asked of it
 * then fails at once, and so does what is asked until it answers again. Without, each question would wait for its own end.
 */
export class Pulse {
  readonly #name: string;
  readonly #ping: () => Promise<unknown>;
  readonly #limitMs: number;
  readonly #timer: NodeJS.Timeout;
  /** Those who wait for an answer now. */
  readonly #waiting = new Set<(gone: StoreGone) => void>();
  #isGone = false;
  #asking = false;

  /** @param ping resolves when the server has answered; it may be called again before it does */
  constructor(name: string, ping: () => Promise<unknown>, { everyMs = EVERY_MS, limitMs = LIMIT_MS } = {}) {
    this.#name = name;
    this.#ping = ping;
    this.#limitMs = limitMs;
    this.#timer = setInterval(() => void this.#feel(), everyMs);
    this.#timer.unref();
  }

  /** What the server answers. @throws StoreGone as soon as it is known not to answer */
  during<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#isGone) return Promise.reject(this.#gone());
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      ask()
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(reject));
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #feel(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const answered = await this.#answers();
    this.#asking = false;
    this.#isGone = !answered;
    if (answered) return;
    for (const tell of this.#waiting) tell(this.#gone());
    this.#waiting.clear();
  }

  async #answers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      // An answer that came while this process was busy is read before the time is called over.
      timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve(false))), this.#limitMs);
    });
    const first = await Promise.race([this.#answeredAtLast(), late]);
    clearTimeout(timer);
    return first;
  }

  /** One connection that broke is no silence: it is asked again, and again, until there is an answer or the time is over. */
  async #answeredAtLast(): Promise<boolean> {
    const end = performance.now() + this.#limitMs;
    for (;;) {
      const answered = await this.#ping().then(
        () => true,
        () => false,
      );
      if (answered || performance.now() >= end) return answered;
      await new Promise((again) => setTimeout(again, AGAIN_MS).unref());
    }
  }

  #gone(): StoreGone {
    return new StoreGone(`The ${this.#name} does not answer.`);
  }
}
