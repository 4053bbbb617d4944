/** Where a statement can be sent: the database itself, or one transaction of it. */
export interface Queryable {
  /**
   * Runs one statement with bound parameters (`$1`…) and answers its rows. Both twins read values alike: int8 → number
   * (error beyond 2^53), numeric → string, timestamptz → Date, bytea → Buffer, jsonb → parsed.
   * jsonb parameters are passed as JSON text (see postgres-json.ts), bytea as Buffer, times as Date.
   */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs any number of statements without parameters or rows. */
  exec(sql: string): Promise<void>;
}

/**
 * The governed store (PostgreSQL dialect). A statement or transaction that resolved survives the death of the process, and
 * the loss of power.
 */
export interface Database extends Queryable {
  readonly engine: "pglite" | "server";
  /** Folder of its files, where they are this process's own. */
  readonly files?: string;
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * As of a transaction; with `lockMs`, a statement that has not got a table for itself by then gives up (`55P03`), because all
   * that come after it wait behind it. How long it then works is not limited.
   */
  exec(sql: string, options?: { readonly lockMs?: number }): Promise<void>;
  /** Calls `heard` after each NOTIFY on a channel and after each reconnect, when something may have been missed. */
  listen(channel: string, heard: () => void): Promise<() => Promise<void>>;
  /**
   * Takes a named lock that no other process and no other caller has: answers what releases it, or null where it is taken.
   * It ends with the process. A shared one may be had by many, and by nobody while one has it alone.
   */
  lock(name: string, options?: { readonly shared?: boolean }): Promise<(() => Promise<void>) | null>;
  /** Waits for work under way, then closes. Closing twice is fine. */
  close(): Promise<void>;
}

/** A channel name that needs no quoting. */
export function channelName(channel: string): string {
  if (!/^[a-z_]+$/.test(channel)) throw new Error(`Not a channel name: ${channel}`);
  return channel;
}

/** int8 as a number, refusing the values a number cannot hold. */
export function int8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new Error(`${text} is beyond the whole numbers JavaScript holds exactly`);
  return value;
}
