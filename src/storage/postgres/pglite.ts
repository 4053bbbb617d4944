import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { projectRoot } from "../../project-root.ts";
import { channelName, type Database, type Queryable } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { lockFolder } from "./folder-lock.ts";
import { bindable } from "./postgres-json.ts";

declare global {
  namespace WebAssembly {
    /** Node.js has it; its types know only the module. */
    function compile(bytes: Uint8Array): Promise<Module>;
  }
}

/** The engine's machine code, compiled once a process and shared by all its workers: it takes seconds of a processor. */
let engine: Promise<WebAssembly.Module> | undefined;

async function compileEngine(): Promise<WebAssembly.Module> {
  const library = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  return WebAssembly.compile(await readFile(join(library, "pglite.wasm")));
}

/** The worker stays beside its source; the build compiles TypeScript only. */
const WORKER = join(projectRoot, "src/storage/postgres/pglite-worker.mjs");

type Kind = "query" | "exec" | "listen" | "close";
interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}
interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly constraint?: string;
}
type FromWorker = { ready?: true; heard?: string; id?: number; result?: unknown; error?: Failure };
interface QueryResult {
  readonly rows: Record<string, unknown>[];
  readonly bytes: readonly string[];
}

/**
 * Opens the embedded twin: PostgreSQL 18 in a worker thread of this process, its files in `folder`.
 * The worker turns fsync on, which PGlite leaves off: what was committed survives `kill -9` and a loss of power.
 * @param options.died hears once when the engine ends by itself after it was opened. From then on every call fails and
 *   `close()` still frees the folder; only opening it again, best in a new process, brings it back.
 * @throws Error when the folder is held by another process or cannot be opened.
 */
export async function openPglite(
  folder: string,
  options: { readonly died?: (error: Error) => void } = {},
): Promise<Database> {
  const files = resolve(folder);
  const compiled = await (engine ??= compileEngine());
  const unlock = lockFolder(files);
  const database = new PgliteDatabase(join(files, "data"), compiled, unlock, options.died);
  try {
    await database.ready;
  } catch (error) {
    unlock();
    throw error;
  }
  return database;
}

class PgliteDatabase implements Database {
  readonly engine = "pglite";
  readonly files: string;
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #unlock: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #lastId = 0;
  /** Everything queues behind this: one connection, so a statement must not slip into another's transaction. */
  readonly #locks = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  /** Why the worker is gone; nothing sent to it would ever be answered. */
  #failure: Error | undefined;

  constructor(
    folder: string,
    compiled: WebAssembly.Module,
    unlock: () => void,
    died: ((error: Error) => void) | undefined,
  ) {
    this.files = folder;
    this.#unlock = unlock;
    this.#worker = new Worker(WORKER, { workerData: { folder, compiled }, execArgv: [] });
    let isReady = false;
    this.ready = new Promise((resolve, reject) => {
      const end = (error: Error): void => {
        if (this.#failure !== undefined) return;
        this.#failure = error;
        reject(error);
        for (const waiting of this.#waiting.values()) waiting.reject(error);
        this.#waiting.clear();
        if (isReady && this.#closing === undefined) died?.(error);
      };
      this.#worker.on("message", (message: FromWorker) => {
        if (!message.ready) return this.#take(message);
        isReady = true;
        resolve();
      });
      this.#worker.on("error", end);
      this.#worker.on("exit", () => end(new Error("the embedded database has stopped")));
    });
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#inTurn(() => this.#query<Row>(sql, parameters));
  }

  /** Its one connection is everybody's: nobody holds a table when its turn comes. */
  exec(sql: string): Promise<void> {
    return this.#inTurn(() => this.#send("exec", sql)) as Promise<void>;
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#send("exec", "begin");
      try {
        const result = await work({
          query: (sql, parameters = []) => this.#query(sql, parameters),
          exec: (sql) => this.#send("exec", sql) as Promise<void>,
        });
        await this.#send("exec", "commit");
        return result;
      } catch (error) {
        await this.#send("exec", "rollback");
        throw error;
      }
    });
  }

  async listen(channel: string, heard: () => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channelName(channel)) ?? new Set();
    if (!this.#listeners.has(channel)) {
      this.#listeners.set(channel, listeners);
      await this.#inTurn(() => this.#send("listen", channel));
    }
    listeners.add(heard);
    return async () => void listeners.delete(heard);
  }

  /** The folder belongs to this process alone, and so do its locks: there is nobody to share one with. */
  async lock(name: string): Promise<(() => Promise<void>) | null> {
    if (this.#locks.has(name)) return null;
    this.#locks.add(name);
    return async () => void this.#locks.delete(name);
  }

  close(): Promise<void> {
    this.#closing ??= this.#inTurn(async () => {
      await this.#send("close", "").catch((error: unknown) => {
        if (this.#failure === undefined) throw error;
      });
      await this.#worker.terminate();
      this.#unlock();
    });
    return this.#closing;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new Error("the embedded database is closed"));
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const { rows, bytes } = (await this.#send("query", sql, bindable(parameters))) as QueryResult;
    for (const column of bytes) {
      for (const row of rows) {
        const value = row[column];
        if (value instanceof Uint8Array)
          row[column] = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      }
    }
    return rows as Row[];
  }

  #send(kind: Kind, sql: string, parameters: readonly unknown[] = []): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      this.#worker.postMessage({ id, kind, sql, parameters });
    });
  }

  #take({ heard, id, result, error }: FromWorker): void {
    if (heard !== undefined) {
      for (const listener of this.#listeners.get(heard) ?? []) listener();
      return;
    }
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error) waiting?.reject(new DatabaseError(error.message, error.code ?? "", error.constraint));
    else waiting?.resolve(result);
  }
}
