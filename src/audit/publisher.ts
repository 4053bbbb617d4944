import { LogBroken } from "./log-broken.ts";
import type { LogStore, StoredCheckpoint } from "./log-store.ts";
import { Paced } from "../flow/paced.ts";
import { inOrder, requireContinued } from "./require-continued.ts";
import { requireHeld } from "./require-held.ts";
import type { SignedMemory } from "./signed-file.ts";
import { checkpointText, type Checkpoint } from "./tlog/checkpoint.ts";
import { edgeKeys, growTiles, rootFromEdge } from "./tlog/grow.ts";
import { openCheckpoint } from "./tlog/signed-checkpoint.ts";
import { signNote, type NoteSigner } from "./tlog/signed-note.ts";

/** New entries wait at most so long for the next checkpoint to begin. */
const EVERY_MS = 200;
/** After a failure, before it is tried again. */
const RETRY_MS = 1_000;
/** It looks by itself so often, for what other processes wrote while nothing of theirs was heard. */
const LOOK_MS = 10_000;
/** Signed entries that are looked at before it starts; the job `log-check` looks at all of them. */
const CHECKED_AT_START = 1 << 18;
/** Leaves that one checkpoint takes in; more follow at once in the next. */
const MOST_LEAVES = 16_384;

export interface PublisherOptions {
  /** Hears of each checkpoint once it is durable and known here, whichever process made it. */
  readonly published?: (checkpoint: StoredCheckpoint) => void;
  readonly failed?: (error: unknown) => void;
  /** Called at each step, for whoever tests what a crash there means. */
  readonly step?: (name: "begun" | "grown" | "signed" | "remembered" | "kept" | "committed") => void;
  /** What was signed here, kept apart from the store. */
  readonly memory?: SignedMemory;
  /** Time on a clock that never goes back, in ms. */
  readonly elapsed?: () => number;
  /** How often it looks by itself, in ms. */
  readonly lookMs?: number;
}

/**
 * Publishes the log (AUD-1): takes in the entries that are new, grows the tree, signs a checkpoint over it. It keeps nothing in
 * memory between two checkpoints, so going on after a crash is the same as going on.
 *
 * Three states. In step: everything it heard of is in a checkpoint. Behind: something waits, since `behindMs`; it tries until it
 * is in step. Broken: what is stored is not what was signed; it signs nothing more, and a person must find out why.
 */
export class Publisher {
  readonly #store: LogStore;
  readonly #signer: NoteSigner;
  readonly #now: () => number;
  readonly #options: PublisherOptions;
  readonly #elapsed: () => number;
  readonly #paced: Paced;
  #stopListening: (() => Promise<void>) | undefined;
  #looking: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #behindSince: number | undefined;
  #broken: string | undefined;
  #newest: StoredCheckpoint | null = null;

  constructor(store: LogStore, signer: NoteSigner, now: () => number, options: PublisherOptions = {}) {
    this.#store = store;
    this.#signer = signer;
    this.#now = now;
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    this.#paced = new Paced(() => this.#catchUp(), EVERY_MS);
  }

  /** Why it will never publish again; undefined while it can. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** For how long something has been waiting to be published, ms; 0 when nothing is. */
  get behindMs(): number {
    return this.#behindSince === undefined ? 0 : this.#elapsed() - this.#behindSince;
  }

  /** The newest checkpoint it knows of, its own or another process's. */
  get newest(): StoredCheckpoint | null {
    return this.#newest;
  }

  /** Listens for growth, looks now and then whatever it hears, and publishes what a crash left behind. */
  async start(): Promise<void> {
    this.#stopListening = await this.#store.onGrowth(() => this.wake());
    this.#looking = setInterval(() => this.wake(), this.#options.lookMs ?? LOOK_MS);
    this.#looking.unref();
    const size = (await this.#store.newest())?.size ?? 0;
    await this.check(Math.max(0, size - CHECKED_AT_START)).catch(() => undefined);
    await this.#catchUp();
  }

  /**
   * Looks whether the entries from an index on that were signed are there and what was signed; answers how many it looked at.
   * @throws LogBroken where they are not; it then signs nothing more
   */
  async check(from: number): Promise<number> {
    const size = (await this.#store.newest())?.size ?? 0;
    try {
      await requireHeld(this.#store, from, size);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    return Math.max(0, size - from);
  }

  /**
   * Holds the store against a checkpoint of this log that somebody else was shown and kept.
   * @param whatToDo said to the operator where it is not continued
   * @throws LogBroken where it is not; nothing more is signed then
   */
  async requireShown(shown: Checkpoint, whatToDo: string): Promise<void> {
    try {
      await this.#store.grow(async (growing) => {
        const last = await growing.last();
        const edge = await growing.tiles(edgeKeys(last?.size ?? 0));
        // What was shown was durable: no crash leaves it ahead of the store.
        await requireContinued(shown, last, edge, growing, 0, whatToDo);
      });
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  /** Signs nothing more: somebody else has seen another history of this log. */
  halt(why: string): void {
    this.#failed(new LogBroken(why));
  }

  /** Something was added. */
  wake(): void {
    if (this.#broken !== undefined) return;
    this.#behindSince ??= this.#elapsed();
    this.#paced.wake();
  }

  /** Publishes what is there, and ends. */
  async stop(): Promise<void> {
    await this.#stopListening?.();
    clearInterval(this.#looking);
    clearTimeout(this.#retry);
    await this.#paced.stop();
    await this.#catchUp();
    clearTimeout(this.#retry);
  }

  async #catchUp(): Promise<void> {
    if (this.#broken !== undefined) return;
    // A round that hangs counts as behind from its beginning.
    this.#behindSince ??= this.#elapsed();
    try {
      while (await this.publish());
      this.#behindSince = undefined;
    } catch (error) {
      this.#failed(error);
      if (!(error instanceof LogBroken)) this.#retryLater();
    }
  }

  #failed(error: unknown): void {
    if (error instanceof LogBroken) this.#broken ??= error.message;
    this.#options.failed?.(error);
  }

  /**
   * Makes one checkpoint of what is new; one at a time over all processes.
   * @returns whether more is waiting
   * @throws LogBroken when what is stored is not what was signed; then nothing was signed or kept
   */
  async publish(): Promise<boolean> {
    const step = this.#options.step ?? (() => undefined);
    // Until the commit a crash means: nothing has happened. The next round, here or after a restart, does the same again.
    const { last, made } = await this.#store.grow(async (growing) => {
      step("begun");
      const last = await growing.last();
      const edge = await growing.tiles(edgeKeys(last?.size ?? 0));
      this.#requireWhole(last, edge);
      // All that was signed is looked at at the start and once a day; before each signature, where numbers would be used again.
      if (last !== null && last.size > 0) await requireHeld(growing, last.size - 1, last.size);
      const remembered = await this.#remembered();
      if (remembered !== null) await requireContinued(remembered, last, edge, growing, MOST_LEAVES);
      const leaves = await growing.leafHashes(last?.size ?? 0, MOST_LEAVES);
      if (leaves.length === 0) {
        // Made by another process, or before there was a memory.
        if (last !== null && last.size > (remembered?.size ?? 0)) await this.#options.memory?.keep(last.note);
        return { last, made: null };
      }
      const grown = growTiles(last?.size ?? 0, edge, inOrder(last?.size ?? 0, leaves));
      step("grown");
      // Signed here, and shown to nobody before it is durable: a crash that loses this note loses every trace of it.
      const made = this.#sign(grown.size, grown.root);
      step("signed");
      // Before anybody can see it. A crash from here to the commit leaves it ahead of the store, with the entries it is over.
      await this.#options.memory?.keep(made.note);
      step("remembered");
      await growing.keep(grown.tiles, made);
      step("kept");
      return { last, made };
    });
    // From here on the checkpoint is durable, and anybody may have seen it; a crash leaves the next round to go on from it.
    step("committed");
    const newest = made ?? last;
    if (newest !== null && newest.size > (this.#newest?.size ?? 0)) {
      this.#newest = newest;
      this.#options.published?.(newest);
    }
    return made !== null && made.size - (last?.size ?? 0) === MOST_LEAVES;
  }

  /** The tree that is stored must be the one that was signed last, under this very key. @throws LogBroken */
  #requireWhole(last: StoredCheckpoint | null, edge: ReadonlyMap<string, Buffer>): void {
    if (last === null) return;
    try {
      const signed = openCheckpoint(last.note, this.#signer.verifier);
      const root = rootFromEdge(last.size, edge);
      if (signed.size === last.size && signed.root.equals(root)) return;
    } catch (cause) {
      throw new LogBroken(`The log cannot go on from ${last.size} entries: ${String(cause)}`, { cause });
    }
    throw new LogBroken(
      `The ${last.size} entries of the log are not those that were signed. Keep everything as it is, and find out who changed it.`,
    );
  }

  /** What was signed here last. @throws LogBroken when that is not of this log */
  async #remembered(): Promise<Checkpoint | null> {
    const note = await this.#options.memory?.last();
    if (note === null || note === undefined) return null;
    try {
      return openCheckpoint(note, this.#signer.verifier, [], 0, "the checkpoint beside the log's key");
    } catch (cause) {
      throw new LogBroken(`The log's key is not the one that signed before. ${String(cause)}`, { cause });
    }
  }

  #sign(size: number, root: Buffer): StoredCheckpoint {
    const { name: origin } = this.#signer;
    const note = signNote(checkpointText({ origin, size, root }), [this.#signer]);
    return { size, root, note, at: new Date(this.#now()) };
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#paced.wake(), RETRY_MS);
    this.#retry.unref();
  }
}
