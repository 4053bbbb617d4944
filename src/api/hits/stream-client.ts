import type { ServerResponse } from "node:http";
import type { StreamEnd } from "../../observe/events.ts";

export interface StreamLimits {
  /** Streams open at the same time: of one session, and in all. */
  readonly perSession: number;
  readonly inAll: number;
  /** Bytes that wait for one client before it is told and dropped. */
  readonly bufferBytes: number;
  readonly heartbeatMs: number;
  /** What a client is asked to wait before it comes back. */
  readonly retryMs: number;
}

/** How long a client that was told to go may take to read that. */
const FAREWELL_MS = 2_000;

/**
 * One open server-sent event stream. It is open, then closed, and nothing is written after it is closed. A client that does
 * not read is told (`event: dropped`) and closed; it comes back with `Last-Event-ID` and misses nothing.
 */
export class HitStreamClient {
  readonly #reply: ServerResponse;
  readonly #limits: StreamLimits;
  readonly #onEnd: (reason: StreamEnd) => void;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #maySee: () => Promise<boolean>;
  #open = true;
  /** Bytes that waited at the heartbeat before. */
  #waiting = 0;

  /** @param maySee asked at each heartbeat; a stream outlives neither its session nor the knowledge of it */
  constructor(
    reply: ServerResponse,
    limits: StreamLimits,
    maySee: () => Promise<boolean>,
    onEnd: (reason: StreamEnd) => void,
  ) {
    this.#reply = reply;
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#maySee = maySee;
    this.#heartbeat = setInterval(() => void this.#beat(), limits.heartbeatMs);
    this.#heartbeat.unref();
    const left = (): void => {
      if (this.#finish("client-left")) this.#reply.destroy();
    };
    reply.on("close", left).on("error", left);
    // Others who end their half wait for an answer; this one has had it, and reads no more.
    reply.socket?.once("end", left);
    reply.write(`retry: ${limits.retryMs}\n: open\n\n`);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Sends one event; false when the stream is closed, or is now because the client does not keep up. */
  send(event: string, id: string, json: string): boolean {
    if (!this.#open) return false;
    if (this.#reply.writableLength > this.#limits.bufferBytes) {
      this.close("too-slow");
      return false;
    }
    // JSON holds no line ends, so one data line is enough.
    this.#reply.write(`event: ${event}\nid: ${id}\ndata: ${json}\n\n`);
    return true;
  }

  /** Resolves when the client has read what waits for it, or the stream is closed. */
  async drained(): Promise<void> {
    if (!this.#open || !this.#reply.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#reply.off("drain", done).off("close", done);
        resolve();
      };
      this.#reply.on("drain", done).on("close", done);
    });
  }

  /** Says why and closes. */
  close(reason: Exclude<StreamEnd, "client-left">): void {
    if (!this.#finish(reason)) return;
    this.#reply.end(`event: dropped\ndata: ${JSON.stringify({ reason })}\n\n`);
    setTimeout(() => this.#reply.destroy(), FAREWELL_MS).unref();
  }

  /** Asks at once whether the session is still there, and closes where it is not. */
  recheck(): void {
    void this.#closeUnlessSeen();
  }

  async #beat(): Promise<void> {
    if (!(await this.#closeUnlessSeen())) return;
    if (this.#reply.writableNeedDrain && this.#reply.writableLength >= this.#waiting && this.#waiting > 0) {
      this.close("too-slow");
    } else {
      this.#waiting = this.#reply.writableNeedDrain ? this.#reply.writableLength : 0;
      if (this.#waiting === 0) this.#reply.write(": still here\n\n");
    }
  }

  /** Whether it is open still. Where nobody can say whether its session is, it is closed: the client comes back and is asked again. */
  async #closeUnlessSeen(): Promise<boolean> {
    const answer = await this.#maySee().then(
      (may) => (may ? "may" : "session-ended"),
      () => "not-checked" as const,
    );
    if (answer !== "may") this.close(answer);
    return this.#open;
  }

  #finish(reason: StreamEnd): boolean {
    if (!this.#open) return false;
    this.#open = false;
    clearInterval(this.#heartbeat);
    this.#onEnd(reason);
    return true;
  }
}
