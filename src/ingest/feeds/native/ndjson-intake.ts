import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../../../errors.ts";
import type { Decoded } from "../../../read/capture.ts";
import type { Outcome } from "../../outcome.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import type { FeedLimits, Intake } from "../protocol.ts";
import { LineSplitter, type Line } from "./line-splitter.ts";
import { resultText } from "./reply.ts";

const UNREAD = "The answers were not read. Read them while sending, or send fewer reads at a time.";
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/**
 * Takes an NDJSON body of any length, in groups.
 *
 * reading → lines are cut, decoded and gathered; a group leaves when it is full, or when a chunk has been read and the intake
 * has room for another group. The first group goes alone, so that a busy archive is answered before anything is accepted.
 * answering → groups are answered for in the order sent, whatever order they finish in.
 * stopped → a fault, a silent sender or a lasting jam ends the taking; the reply says from which element to send again, and
 * the rest of the body is thrown away for a while: a client that reads only when it has sent everything gets its reply too, and
 * none is lost to a connection closed with bytes unread.
 */
export class NdjsonIntake {
  readonly #stream: Readable;
  readonly #intake: Intake;
  readonly #source: FeedSource;
  readonly #limits: FeedLimits;
  readonly #decode: (line: Line) => Decoded;
  #group: Decoded[] = [];
  #groupBytes = 0;
  #inFlight = 0;
  #mayFly = 1;
  readonly #answers: Promise<readonly Outcome[]>[] = [];
  /** Answers that the client has not read yet. */
  #unread = 0;
  /** How long the sender was waited for since its last line, ms; a time in which we did not read is no part of it. */
  #waitedMs = 0;
  #readingEnded = false;
  #bodyEnded = false;
  #problem: Problem | null = null;
  #wake: (() => void)[] = [];

  constructor(
    stream: Readable,
    intake: Intake,
    source: FeedSource,
    limits: FeedLimits,
    decode: (line: Line) => Decoded,
  ) {
    this.#stream = stream;
    this.#intake = intake;
    this.#source = source;
    this.#limits = limits;
    this.#decode = decode;
  }

  /** True once the rest of the body is not wanted any more. */
  get stopped(): boolean {
    return this.#problem !== null;
  }

  /** Resolves when the body has ended, or has been thrown away for as long as a sender may take. */
  async untilBodyEnded(): Promise<void> {
    await this.#until(() => this.#bodyEnded);
  }

  /**
   * Starts reading and resolves with the reply when the first group is durable.
   * @throws Problem ARCHIVE_BUSY when the archive did not take the first group: nothing was accepted.
   */
  async start(): Promise<Readable> {
    void this.#read();
    await this.#until(() => this.#answers.length > 0 || this.#readingEnded);
    const first = this.#answers[0];
    if (first) await first;
    else if (this.#problem) throw this.#problem;
    return Readable.from(this.#reply(), { objectMode: false });
  }

  async #read(): Promise<void> {
    const lines = new LineSplitter(this.#limits.lineBytes);
    const chunks = this.#stream.iterator({ destroyOnReturn: false });
    const gather = (line: Line, bytes: number): void => {
      this.#waitedMs = 0;
      this.#group.push(this.#decode(line));
      this.#groupBytes += bytes;
      if (this.#isFull() && this.#hasRoom()) this.#dispatch();
    };
    try {
      for (;;) {
        const chunk = await this.#next(chunks);
        if (chunk === null || this.#problem) break;
        lines.push(chunk, gather);
        if (this.#hasRoom()) this.#dispatch();
        await this.#until(() => this.#problem !== null || this.#hasRoom() || !this.#isFull());
        await this.#untilRead();
      }
      lines.end(gather);
      await this.#until(() => this.#problem !== null || this.#hasRoom());
      if (!this.#problem) this.#dispatch();
    } catch (error) {
      this.#stop(error);
    }
    this.#readingEnded = true;
    this.#stream.on("error", () => {});
    this.#signal();
    if (this.#problem) await this.#throwAway(chunks);
    this.#bodyEnded = true;
    this.#signal();
  }

  async #throwAway(chunks: AsyncIterator<Buffer>): Promise<void> {
    const end = Date.now() + this.#limits.bodySeconds * 1000;
    try {
      do this.#waitedMs = 0;
      while (Date.now() < end && (await this.#next(chunks)) !== null);
    } catch {
      // Silent or gone: nothing more to throw away.
    }
  }

  /** Waits for the client to read answers; one that reads none for too long may never, so its reply ends early. */
  async #untilRead(): Promise<void> {
    const { replyElements, busySeconds } = this.#limits;
    while (!this.#problem && this.#unread >= replyElements) {
      const before = this.#unread;
      const timer = setTimeout(() => {
        if (this.#unread >= before) this.#stop(new Problem("SLOW_BODY", UNREAD));
      }, busySeconds * 1000);
      await this.#until(() => this.#problem !== null || this.#unread < before);
      clearTimeout(timer);
    }
  }

  /** The next chunk, or null at the end. Whoever sends little pieces and never a whole line is waited for no longer. */
  async #next(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
    const { bodySeconds } = this.#limits;
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => {
          reject(new Problem("SLOW_BODY", `No line of the body was complete within ${bodySeconds} s.`));
        },
        bodySeconds * 1000 - this.#waitedMs,
      );
    });
    try {
      const { done, value } = await Promise.race([chunks.next(), silence]);
      return done ? null : value;
    } finally {
      clearTimeout(timer);
      this.#waitedMs += performance.now() - started;
    }
  }

  #isFull(): boolean {
    return this.#group.length >= this.#limits.groupElements || this.#groupBytes >= this.#limits.groupBytes;
  }

  #hasRoom(): boolean {
    return this.#inFlight < this.#mayFly;
  }

  #dispatch(): void {
    if (this.#group.length === 0 || this.#problem) return;
    const group = this.#group;
    const isFirst = this.#answers.length === 0 && this.#mayFly === 1;
    this.#group = [];
    this.#groupBytes = 0;
    this.#inFlight++;
    const answer = this.#answer(group, isFirst);
    answer.catch(() => {});
    this.#answers.push(answer);
    this.#signal();
  }

  async #answer(group: readonly Decoded[], isFirst: boolean): Promise<readonly Outcome[]> {
    try {
      const outcomes = await this.#take(group, isFirst);
      this.#unread += outcomes.length;
      return outcomes;
    } catch (error) {
      this.#stop(error);
      throw error;
    } finally {
      this.#inFlight--;
      this.#mayFly = this.#limits.groupsInFlight;
      if (this.#hasRoom()) this.#dispatch();
      this.#signal();
    }
  }

  /** Hands a group over; a group after the first waits for a busy archive, within bounds, because its neighbours are kept. */
  async #take(group: readonly Decoded[], isFirst: boolean): Promise<readonly Outcome[]> {
    let waited = 0;
    for (let pause = FIRST_RETRY_MS; ; pause = Math.min(pause * 2, LONGEST_RETRY_MS)) {
      try {
        return await this.#intake.take(group, this.#source);
      } catch (error) {
        const busy = error instanceof Problem && error.code === "ARCHIVE_BUSY";
        if (!busy || isFirst || this.#problem || waited >= this.#limits.busySeconds * 1000) throw error;
      }
      await sleep(pause);
      waited += pause;
    }
  }

  async *#reply(): AsyncGenerator<string> {
    let index = 0;
    let piece = '{"results":[';
    for (;;) {
      await this.#until(() => this.#answers.length > 0 || this.#readingEnded);
      const answer = this.#answers[0];
      if (!answer) break;
      const outcomes = await answer.catch(() => null);
      void this.#answers.shift();
      if (!outcomes) break;
      for (const outcome of outcomes) {
        piece += index === 0 ? resultText(index, outcome) : `,${resultText(index, outcome)}`;
        index++;
      }
      yield piece;
      this.#unread -= outcomes.length;
      piece = "";
      this.#signal();
    }
    const problem = this.#problem && { ...this.#problem.toJSON(), sendAgainFrom: index };
    yield `${piece}]${problem ? `,"problem":${JSON.stringify(problem)}` : ""}}`;
  }

  #stop(error: unknown): void {
    if (this.#problem) return;
    this.#problem = error instanceof Problem ? error : asProblem(error);
    this.#signal();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #signal(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

function asProblem(cause: unknown): Problem {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ECONNRESET" || code === "ABORT_ERR" || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return new Problem("BAD_REQUEST", "The body ended before its declared length.", { cause });
  }
  return new Problem("INTERNAL", "The reads after this point were not accepted. Send them again.", { cause });
}
