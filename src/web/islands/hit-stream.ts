import { sseParser, type ServerEvent } from "../pages/hits/board/sse-parser.ts";

export type Connection = "connected" | "reconnecting" | "lost";

export interface HitStreamOptions {
  readonly url: string;
  /** Id of the last hit that is already known; only later ones are sent. */
  readonly after: string;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: Connection) => void;
  /** Anything arrived, heartbeats too. */
  readonly onAlive: () => void;
}

/** Longer silence than this, with a heartbeat due every 15 s, means that the line is dead though nobody said so. */
const SILENCE_MS = 40_000;
const LOST_AFTER_MS = 60_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Follows the hits for as long as the page is open. States: connecting → connected → (silence, error, end) → reconnecting →
 * connected, and `lost` when that takes over a minute; it never stops trying. `EventSource` would hide heartbeats, and with
 * them whether a quiet board is a live one, so the stream is read with `fetch`.
 */
export class HitStream {
  readonly #options: HitStreamOptions;
  #lastId: string;
  #failingSince: number | null = null;
  #retryMs = 2_000;

  constructor(options: HitStreamOptions) {
    this.#options = options;
    this.#lastId = options.after;
  }

  start(): void {
    void this.#follow();
  }

  async #follow(): Promise<never> {
    for (let failures = 0; ; failures++) {
      try {
        if (await this.#readOnce()) failures = 0;
      } catch {
        // Every failure means the same: say so, wait, and come back where the stream ended.
      }
      this.#failingSince ??= Date.now();
      this.#options.onState(Date.now() - this.#failingSince > LOST_AFTER_MS ? "lost" : "reconnecting");
      const wait = Math.min(LONGEST_WAIT_MS, this.#retryMs * 1.5 ** failures) * (0.7 + Math.random() * 0.6);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** Out: whether the stream was open at all, when it ends. */
  async #readOnce(): Promise<boolean> {
    const abort = new AbortController();
    let silence = setTimeout(() => abort.abort(), SILENCE_MS);
    const alive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE_MS);
      this.#options.onAlive();
    };
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (this.#lastId !== "" && this.#lastId !== "0") headers["last-event-id"] = this.#lastId;
      const response = await fetch(this.#options.url, { headers, signal: abort.signal, cache: "no-store" });
      // A session that ended will not come back by waiting; the page leads to signing in.
      if (response.status === 401) location.reload();
      if (!response.ok || response.body === null) return false;
      this.#failingSince = null;
      this.#options.onState("connected");
      const parse = sseParser({
        onEvent: (event) => {
          if (event.id !== undefined && event.event !== "dropped") this.#lastId = event.id;
          this.#options.onEvent(event);
        },
        onComment: () => undefined,
        onRetry: (milliseconds) => {
          this.#retryMs = Math.max(500, milliseconds);
        },
      });
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        alive();
        parse(decoder.decode(part.value, { stream: true }));
      }
      return true;
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }
}
