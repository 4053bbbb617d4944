import { createHash, randomBytes } from "node:crypto";
import type { FeedSource } from "./outcome.ts";

/** A source as it is registered; `protocol` and a path key serve devices that cannot send headers. */
export interface RegisteredSource extends FeedSource {
  readonly protocol: string | null;
  /** CIDR ranges it may send from; empty: any. */
  readonly allowedNetworks: readonly string[];
  /** Sending from one of those ranges is credential enough: only where its protocol has senders that cannot present a token or path. */
  readonly byAddress: boolean;
  readonly enabled: boolean;
}

export type NewSource = Omit<RegisteredSource, "id" | "enabled"> & { readonly hasPathKey: boolean };

/** A source with the SHA-256 of its secrets, hexadecimal. */
export interface KeptSource {
  readonly source: RegisteredSource;
  readonly tokenHash: string;
  readonly pathKeyHash: string | null;
}

/** The sources on record. Secrets are kept as hashes only. */
export interface FeedSourceStore {
  /** @throws Problem CONFLICT when the organisation has a source of that name */
  add(
    source: Omit<NewSource, "hasPathKey">,
    hashes: { token: string; pathKey: string | null },
  ): Promise<RegisteredSource>;
  setEnabled(id: number, enabled: boolean): Promise<void>;
  all(): Promise<readonly KeptSource[]>;
  onChange(heard: () => void): Promise<() => Promise<void>>;
}

/** 256 random bits need no slow hash: nobody guesses them. */
const secretHash = (secret: string): string => createHash("sha256").update(secret).digest("hex");
const newSecret = (): string => randomBytes(32).toString("base64url");

/** Registers a source; its token and path key are told here once and never again. */
export async function registerSource(
  store: FeedSourceStore,
  { hasPathKey, ...source }: NewSource,
): Promise<{ source: RegisteredSource; token: string; pathKey: string | null }> {
  const token = newSecret();
  const pathKey = hasPathKey ? newSecret() : null;
  const hashes = { token: secretHash(token), pathKey: pathKey === null ? null : secretHash(pathKey) };
  return { source: await store.add(source, hashes), token, pathKey };
}

/** All enabled sources in memory, so that no message waits for SQL; followed like the estate. */
export class FeedSources {
  readonly #store: FeedSourceStore;
  #byToken = new Map<string, RegisteredSource>();
  #byPathKey = new Map<string, RegisteredSource>();
  #stopListening: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: FeedSourceStore) {
    this.#store = store;
  }

  async start(options: { everyMs?: number; failed?: (error: unknown) => void } = {}): Promise<void> {
    const refresh = (): void => void this.refresh().catch((error: unknown) => options.failed?.(error));
    this.#stopListening = await this.#store.onChange(refresh);
    await this.refresh();
    this.#timer = setInterval(refresh, options.everyMs ?? 5000);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#stopListening?.();
  }

  async refresh(): Promise<void> {
    const enabled = (await this.#store.all()).filter(({ source }) => source.enabled);
    this.#byToken = new Map(enabled.map(({ tokenHash, source }) => [tokenHash, source]));
    this.#byPathKey = new Map(
      enabled.flatMap(({ pathKeyHash, source }) => (pathKeyHash === null ? [] : [[pathKeyHash, source]])),
    );
  }

  /** The source of a bearer token; looking up a hash leaks nothing about the tokens there are. */
  byToken(token: string): RegisteredSource | undefined {
    return this.#byToken.get(secretHash(token));
  }

  /** The source of a secret path. */
  byPathKey(key: string): RegisteredSource | undefined {
    return this.#byPathKey.get(secretHash(key));
  }

  /** Enabled sources of a protocol that are known by the address they send from. */
  knownByAddress(protocol: string): readonly RegisteredSource[] {
    return [...this.#byToken.values()].filter(
      (source) => source.byAddress && source.allowedNetworks.length > 0 && source.protocol === protocol,
    );
  }

  byId(id: number): RegisteredSource | undefined {
    return [...this.#byToken.values()].find((source) => source.id === id);
  }
}
