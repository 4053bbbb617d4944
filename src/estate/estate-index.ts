import type { TaggedNrd } from "../policy/facts.ts";
import type { NrdIdentity, NrdReference } from "../read/nrd.ts";
import { isWithin, type Area } from "../read/position.ts";
import type { NrdRegister } from "./nrd-register.ts";
import type { RegisteredNrd } from "./registered-nrd.ts";

const PAGE = 20_000;
const SOURCES = 2 ** 24;
const CAMERAS = 2 ** 16;
const FEEDS = 2 ** 13;
/** Metres in a degree of latitude at least, so that the cheap test never leaves out what the exact one would keep. */
const METRES_PER_DEGREE = 110_000;

/** The triple as one number where it fits in 53 bits, which every real one does; else as text. */
function tripleKey({ feed, source, camera }: NrdIdentity): number | string {
  const fits =
    feed >= 0 && feed < FEEDS && source >= 0 && source < SOURCES && camera >= 0 && camera < CAMERAS;
  return fits ? (feed * SOURCES + source) * CAMERAS + camera : `${feed}/${source}/${camera}`;
}

/**
 * Every NRD in memory, so that no read waits for SQL. Loaded by `start`, then followed: told of a change by the register,
 * and looked after by a timer in case a telling was lost (NAI-6: collection really stops).
 */
export class EstateIndex {
  readonly #register: NrdRegister;
  readonly #byId = new Map<number, RegisteredNrd>();
  readonly #byTriple = new Map<number | string, RegisteredNrd>();
  readonly #byDevice = new Map<string, RegisteredNrd>();
  #tagged: readonly TaggedNrd[] | undefined;
  #sequence = 0;
  #refreshing: Promise<void> | undefined;
  #again = false;
  readonly #taken = new Set<() => void>();
  #stopListening: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(register: NrdRegister) {
    this.#register = register;
  }

  /** Loads everything and begins to follow. `failed` hears of refreshes that did not work; the next one tries again. */
  async start(options: { everyMs?: number; failed?: (error: unknown) => void } = {}): Promise<void> {
    const refresh = (): void => void this.refresh().catch((error: unknown) => options.failed?.(error));
    this.#stopListening = await this.#register.onChange(refresh);
    await this.refresh();
    this.#timer = setInterval(refresh, options.everyMs ?? 2000);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#stopListening?.();
    await this.#refreshing?.catch(() => undefined);
  }

  /** Takes in every change committed before the call. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#refresh();
    return this.#refreshing;
  }

  /** The last change that is taken in. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Calls `taken` after changes were taken in; answers how to stop. */
  onTaken(taken: () => void): () => void {
    this.#taken.add(taken);
    return () => void this.#taken.delete(taken);
  }

  get size(): number {
    return this.#byId.size;
  }

  byId(id: number): RegisteredNrd | undefined {
    return this.#byId.get(id);
  }

  /** The NRD a message names, by any of the three ways; undefined when nobody registered it. */
  find(reference: NrdReference): RegisteredNrd | undefined {
    switch (reference.kind) {
      case "identity":
        return this.#byTriple.get(tripleKey(reference));
      case "id":
        return this.#byId.get(reference.id);
      case "device":
        return this.#byDevice.get(reference.key);
    }
  }

  /** The NRDs whose reads are not for everybody: covert ones, and those under a certificate. */
  tagged(): readonly TaggedNrd[] {
    this.#tagged ??= [...this.#byId.values()].filter(isTagged).map(taggedOf);
    return this.#tagged;
  }

  /** The NRD where its reads are not for everybody; null where they are. */
  taggedNrd(id: number): TaggedNrd | null {
    const nrd = this.#byId.get(id);
    return nrd !== undefined && isTagged(nrd) ? taggedOf(nrd) : null;
  }

  all(): IterableIterator<RegisteredNrd> {
    return this.#byId.values();
  }

  /** Ids of the NRDs on a piece of ground, whatever their state. */
  withinArea(area: Area): readonly number[] {
    const [south, north] = latitudes(area);
    const found: number[] = [];
    for (const { id, position } of this.#byId.values()) {
      if (position.lat >= south && position.lat <= north && isWithin(area, position)) found.push(id);
    }
    return found;
  }

  async #refresh(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        const before = this.#sequence;
        for (let count = PAGE; count === PAGE;) {
          const { nrds, sequence } = await this.#register.changedSince(this.#sequence, PAGE);
          for (const nrd of nrds) this.#take(nrd);
          this.#sequence = sequence;
          count = nrds.length;
        }
        if (this.#sequence !== before) for (const taken of this.#taken) taken();
      }
    } finally {
      // In the same step as the last look at `again`: no call is lost between them.
      this.#refreshing = undefined;
    }
  }

  #take(nrd: RegisteredNrd): void {
    this.#tagged = undefined;
    const old = this.#byId.get(nrd.id);
    if (old) {
      this.#byTriple.delete(tripleKey(old));
      if (old.deviceKey !== null) this.#byDevice.delete(old.deviceKey);
    }
    this.#byId.set(nrd.id, nrd);
    this.#byTriple.set(tripleKey(nrd), nrd);
    if (nrd.deviceKey !== null) this.#byDevice.set(nrd.deviceKey, nrd);
  }
}

const isTagged = ({ type, certificate }: RegisteredNrd): boolean =>
  type === "covert" || certificate !== undefined;

const taggedOf = ({ id, organisation, type, certificate }: RegisteredNrd): TaggedNrd => ({
  id,
  organisation,
  covert: type === "covert",
  certificate: certificate !== undefined,
});

function latitudes(area: Area): readonly [number, number] {
  if (area.kind === "circle") {
    const degrees = area.radiusMetres / METRES_PER_DEGREE;
    return [area.centre.lat - degrees, area.centre.lat + degrees];
  }
  const all = area.ring.map(({ lat }) => lat);
  return [Math.min(...all), Math.max(...all)];
}
