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

/**
 * Asks other organisations to cosign the log's checkpoints, after it has grown. A witness that is away, slow or refuses never stops
 * the log. One that has cosigned what the store does not lead to does: then all of it, `log.signed` too, was put back (AUD-1).
 */
export class WitnessRound {
  readonly #store: LogStore;
  readonly #witnesses: readonly KnownWitness[];
  readonly #readTile: ReadTile;
  readonly #now: () => number;
  readonly #fetch: typeof fetch;
  readonly #failed: (witness: string, why: string) => void;
  readonly #contradicted: (why: string) => void;
  readonly #empty: () => string;
  readonly #cosigns: boolean;
  /** Those that have answered since the start, so that nothing cosigned before it can have been forgotten. */
  readonly #heard = new Set<string>();
  readonly #paced: Paced;
  readonly #states = new Map<string, WitnessState>();

  constructor(parts: {
    readonly store: LogStore;
    readonly witnesses: readonly KnownWitness[];
    readonly readTile: ReadTile;
    readonly now: () => number;
    readonly failed: (witness: string, why: string) => void;
    /** Hears why the log must not go on: a witness has cosigned more than there is, or something else. */
    readonly contradicted: (why: string) => void;
    /** A signed checkpoint over no entries: a log that lost everything asks with it what others have seen. */
    readonly empty: () => string;
    /** Asks for cosignatures as the log grows; otherwise only once, for what was cosigned before the start. */
    readonly cosigns: boolean;
    readonly fetch?: typeof fetch;
    readonly everyMs?: number;
  }) {
    this.#store = parts.store;
    this.#witnesses = parts.witnesses;
    this.#readTile = parts.readTile;
    this.#now = parts.now;
    this.#failed = parts.failed;
    this.#contradicted = parts.contradicted;
    this.#empty = parts.empty;
    this.#cosigns = parts.cosigns;
    this.#fetch = parts.fetch ?? fetch;
    this.#paced = new Paced(() => this.ask(), parts.everyMs ?? EVERY_MS);
  }

  get states(): readonly WitnessState[] {
    return this.#cosigns ? this.#witnesses.map(({ key }) => this.#stateOf(key.name)) : [];
  }

  /** The log has grown. */
  wake(): void {
    if (this.#toAsk().length > 0) this.#paced.wake();
  }

  stop(): Promise<void> {
    return this.#paced.stop();
  }

  /** Asks each witness once about the newest checkpoint, after a start also one that has cosigned it. Never rejects. */
  async ask(timeoutMs?: number): Promise<void> {
    await Promise.all(this.#toAsk().map((witness) => this.#askOne(witness, timeoutMs)));
  }

  #toAsk(): readonly KnownWitness[] {
    return this.#witnesses.filter(({ key }) => this.#cosigns || !this.#heard.has(key.name));
  }

  async #askOne(witness: KnownWitness, timeoutMs?: number): Promise<void> {
    const { name } = witness.key;
    const before = this.#stateOf(name);
    try {
      const newest = await this.#store.newest();
      const oldSize = await this.#store.cosignedBy(name);
      if ((newest === null || newest.size === oldSize) && this.#heard.has(name)) return;
      const size = newest?.size ?? 0;
      const proof = (from: number) => consistencyProof(from, size, this.#readTile);
      const asked = { oldSize, fetch: this.#fetch, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
      const answer = await askWitness(witness, newest?.note ?? this.#empty(), proof, asked);
      if (!answer.cosigned) {
        if (answer.contradicts === undefined) return this.#refused(before, answer.why);
        return await this.#askedTooLate(before, answer.why, answer.contradicts.size, size);
      }
      this.#heard.add(name);
      if (size > 0) await this.#store.cosign(size, name, answer.line, new Date(this.#now()));
      this.#states.set(name, { ...before, size, refused: undefined });
    } catch (error) {
      this.#refused(before, String(error));
    }
  }

  /** Another process may have been cosigned for more in the meantime: that is in the store. What is not, was put back. */
  async #askedTooLate(before: WitnessState, why: string, cosigned: number, offered: number): Promise<void> {
    const size = (await this.#store.newest())?.size ?? 0;
    this.#refused(before, why);
    if (cosigned > offered && cosigned <= size) return;
    this.#contradicted(
      cosigned > size
        ? `The witness ${before.name} has cosigned ${cosigned} entries of the log, and the store holds ${size} that are signed.`
        : `The witness ${before.name} has cosigned ${cosigned} entries of the log that are not those in the store. ${why}`,
    );
  }

  #refused(before: WitnessState, why: string): void {
    this.#states.set(before.name, { ...before, refused: why, failures: before.failures + 1 });
    this.#failed(before.name, why);
  }

  #stateOf(name: string): WitnessState {
    return this.#states.get(name) ?? { name, size: 0, refused: undefined, failures: 0 };
  }
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * A witness from the settings: its address and its verifier key, with a space between.
 * @throws Error that says what is wrong with it
 */
export function knownWitness(text: string): KnownWitness {
  const [url, keyText, ...rest] = text.trim().split(/\s+/);
  const key = parseVerifierKey(keyText ?? "");
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || rest.length > 0)
    throw new Error(`A witness is an http address, a space and its verifier key: ${text}`);
  // Its word stops the log: whoever stands between must not be able to speak for it.
  if (new URL(url).protocol === "http:" && !LOOPBACK.test(new URL(url).hostname))
    throw new Error(`The witness at ${url} needs an https address: what it says can stop the log.`);
  if (key?.type !== COSIGNATURE)
    throw new Error(`The key of the witness at ${url} is not a witness's verifier key.`);
  return { url, key };
}
