import type { LogStore } from "./log-store.ts";
import { Paced } from "../flow/paced.ts";
import { askWitness, type KnownWitness } from "./tlog/ask-witness.ts";
import { consistencyProof, type ReadTile } from "./tlog/proof.ts";
import { COSIGNATURE, parseVerifierKey } from "./tlog/signed-note.ts";

/** Witnesses are asked at most so often. */
const EVERY_MS = 60_000;

/** How a witness answered last. */
export interface WitnessState {
  readonly name: string;
  /** The size it has cosigned last. */
  readonly size: number;
  /** When it was asked last and said no, or nothing: why. */
  readonly refused: string | undefined;
  /** Since the start. */
  readonly failures: number;
}

/** Asks other organisations to cosign the log's checkpoints, after it has grown. What they do or fail to do never stops the log. */
export class WitnessRound {
  readonly #store: LogStore;
  readonly #witnesses: readonly KnownWitness[];
  readonly #readTile: ReadTile;
  readonly #now: () => number;
  readonly #fetch: typeof fetch;
  readonly #failed: (witness: string, why: string) => void;
  readonly #paced: Paced;
  readonly #states = new Map<string, WitnessState>();

  constructor(parts: {
    readonly store: LogStore;
    readonly witnesses: readonly KnownWitness[];
    readonly readTile: ReadTile;
    readonly now: () => number;
    readonly failed: (witness: string, why: string) => void;
    readonly fetch?: typeof fetch;
    readonly everyMs?: number;
  }) {
    this.#store = parts.store;
    this.#witnesses = parts.witnesses;
    this.#readTile = parts.readTile;
    this.#now = parts.now;
    this.#failed = parts.failed;
    this.#fetch = parts.fetch ?? fetch;
    this.#paced = new Paced(() => this.ask(), parts.everyMs ?? EVERY_MS);
  }

  get states(): readonly WitnessState[] {
    return this.#witnesses.map(({ key }) => this.#stateOf(key.name));
  }

  /** The log has grown. */
  wake(): void {
    if (this.#witnesses.length > 0) this.#paced.wake();
  }

  stop(): Promise<void> {
    return this.#paced.stop();
  }

  /** Asks each witness once about the newest checkpoint. Never rejects. */
  async ask(): Promise<void> {
    await Promise.all(this.#witnesses.map((witness) => this.#askOne(witness)));
  }

  async #askOne(witness: KnownWitness): Promise<void> {
    const { name } = witness.key;
    const before = this.#stateOf(name);
    try {
      const newest = await this.#store.newest();
      const oldSize = await this.#store.cosignedBy(name);
      if (newest === null || newest.size === oldSize) return;
      const proof = (size: number) => consistencyProof(size, newest.size, this.#readTile);
      const answer = await askWitness(witness, newest.note, proof, { oldSize, fetch: this.#fetch });
      if (!answer.cosigned) return this.#refused(before, answer.why);
      await this.#store.cosign(newest.size, name, answer.line, new Date(this.#now()));
      this.#states.set(name, { ...before, size: newest.size, refused: undefined });
    } catch (error) {
      this.#refused(before, String(error));
    }
  }

  #refused(before: WitnessState, why: string): void {
    this.#states.set(before.name, { ...before, refused: why, failures: before.failures + 1 });
    this.#failed(before.name, why);
  }

  #stateOf(name: string): WitnessState {
    return this.#states.get(name) ?? { name, size: 0, refused: undefined, failures: 0 };
  }
}

/**
 * A witness from the settings: its address and its verifier key, with a space between.
 * @throws Error that says what is wrong with it
 */
export function knownWitness(text: string): KnownWitness {
  const [url, keyText, ...rest] = text.trim().split(/\s+/);
  const key = parseVerifierKey(keyText ?? "");
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || rest.length > 0)
    throw new Error(`A witness is an http address, a space and its verifier key: ${text}`);
  if (key?.type !== COSIGNATURE)
    throw new Error(`The key of the witness at ${url} is not a witness's verifier key.`);
  return { url, key };
}
