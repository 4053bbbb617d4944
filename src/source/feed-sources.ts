import { Problem } from "../errors.ts";
import { closedTo, turnedAway } from "./door.ts";
import type { FeedSource } from "./feed-source.ts";
import { secretHash } from "./secrets.ts";
import type { RegisteredSource } from "./source.ts";
import type { KeptSource, SourceStore } from "./source-store.ts";

/**
 * All sources in memory, those switched off included, so that no message waits for SQL and each is told why it is turned away.
 * Followed like the estate: told of a change by the store, and looked after by a timer in case a telling was lost.
 */
export class FeedSources {
  readonly #store: Pick<SourceStore, "all" | "onChange">;
  /** The hash of the token that each source handed out here was known by, and the networks it was let in from. */
  readonly #known = new WeakMap<FeedSource, { readonly tokenHash: string; readonly networks: string }>();
  #byId = new Map<number, KeptSource>();
  #byToken = new Map<string, RegisteredSource>();
  #byPathKey = new Map<string, RegisteredSource>();
  #refreshing: Promise<void> | undefined;
  #again = false;
  #stopListening: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<SourceStore, "all" | "onChange">) {
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
    await this.#refreshing?.catch(() => undefined);
  }

  /** Takes in every change committed before the call; an older answer never comes over a newer one. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#refresh();
    return this.#refreshing;
  }

  /** The source of a bearer token; looking up a hash leaks nothing about the tokens there are. */
  byToken(token: string): RegisteredSource | undefined {
    return this.#byToken.get(secretHash(token));
  }

  /** The source of a secret path. */
  byPathKey(key: string): RegisteredSource | undefined {
    return this.#byPathKey.get(secretHash(key));
  }

  /** Sources of a protocol that are known by the address they send from. */
  knownByAddress(protocol: string): readonly RegisteredSource[] {
    return [...this.#byToken.values()].filter(
      (source) => source.byAddress && source.allowedNetworks.length > 0 && source.protocol === protocol,
    );
  }

  /** A source that is switched on. */
  byId(id: number): RegisteredSource | undefined {
    const source = this.#byId.get(id)?.source;
    return source?.enabled === true ? source : undefined;
  }

  /**
   * Holds a message that is under way to what holds now: a stream lasts for hours, and its source is switched off at once.
   * @param source as it was told apart at the door @param at epoch milliseconds
   * @throws Problem SOURCE_SWITCHED_OFF, ORGANISATION_NOT_APPROVED, AGREEMENT_NOT_IN_FORCE, FEED_TOKEN_INVALID where its secrets
   * were renewed since, or NETWORK_REFUSED where its networks were changed: the door judges its address when it comes again
   */
  requireOpen(source: FeedSource, at: number): void {
    const kept = this.#byId.get(source.id);
    const known = this.#known.get(source);
    if (kept === undefined || known?.tokenHash !== kept.tokenHash)
      throw new Problem(
        "FEED_TOKEN_INVALID",
        "The secrets of this source were renewed. Send with the new one.",
      );
    if (known.networks !== networksOf(kept.source))
      throw new Problem("NETWORK_REFUSED", "The networks of this source were changed. Connect again.");
    const closed = closedTo(kept.source, at);
    if (closed !== undefined) throw turnedAway(closed);
  }

  async #refresh(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        this.#take(await this.#store.all());
      }
    } finally {
      // In the same step as the last look at `again`: no call is lost between them.
      this.#refreshing = undefined;
    }
  }

  #take(kept: readonly KeptSource[]): void {
    for (const { source, tokenHash } of kept) {
      this.#known.set(source, { tokenHash, networks: networksOf(source) });
    }
    this.#byId = new Map(kept.map((one) => [one.source.id, one]));
    this.#byToken = new Map(kept.map(({ tokenHash, source }) => [tokenHash, source]));
    this.#byPathKey = new Map(
      kept.flatMap(({ pathKeyHash, source }) => (pathKeyHash === null ? [] : [[pathKeyHash, source]])),
    );
  }
}

const networksOf = ({ allowedNetworks }: Pick<RegisteredSource, "allowedNetworks">): string =>
  allowedNetworks.join(" ");
