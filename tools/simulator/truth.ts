import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { NrdIdentity } from "../../src/read/nrd.ts";

export type ReadFault =
  | "misread"
  | "no-read"
  | "duplicate"
  | "late"
  | "clock"
  | "clone"
  | "convoy"
  | "watched";

/**
 * One line of the answer file. Times are RFC 3339 UTC. For a read, `captured` is what the message says, `passed`
 * when the vehicle was truly there, `sent` the text in the message and `truth` the mark on the vehicle.
 */
export type TruthLine =
  | {
      readonly kind: "read";
      readonly nrd: NrdIdentity;
      readonly captured: string;
      readonly passed: string;
      readonly sent: string;
      readonly truth: string;
      readonly vehicle: number;
      readonly journey: number;
      readonly faults: readonly ReadFault[];
    }
  /** Two vehicles under one mark, on the road at the same time; reads carry their journey's number. */
  | {
      readonly kind: "clone";
      readonly vrm: string;
      readonly journeys: readonly [number, number];
      readonly began: string;
      readonly kilometresApart: number;
    }
  /** Vehicles that travel together: the same NRDs, seconds apart. The first is the leader. */
  | {
      readonly kind: "convoy";
      readonly vrms: readonly string[];
      readonly journeys: readonly number[];
      readonly began: string;
      readonly sites: number;
    }
  | { readonly kind: "dead-camera"; readonly nrd: NrdIdentity; readonly from: string; readonly to: string }
  | {
      readonly kind: "clock-drift";
      readonly nrd: NrdIdentity;
      readonly how: string;
      /** Seconds added to the true time when the line was written; grows for a drifting clock. */
      readonly offsetSeconds: number;
    }
  /** Reads of hours ago handed over together by a mobile unit. */
  | {
      readonly kind: "late-batch";
      readonly nrd: NrdIdentity;
      readonly sentAt: string;
      readonly from: string;
    };

/** The answer file: NDJSON, one line per read and per planted thing, in the order things happen. */
export class TruthFile implements AsyncDisposable {
  readonly #stream: ReturnType<typeof createWriteStream>;
  #failure: Error | undefined;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#stream.on("error", (error) => (this.#failure = error));
  }

  write(line: TruthLine): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#stream.write(`${JSON.stringify(line)}\n`);
  }

  /** Waits while the disk is behind, so that lines do not pile up in memory. */
  async settle(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#stream.writableNeedDrain) await once(this.#stream, "drain");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#stream.end();
    await finished(this.#stream);
  }
}
