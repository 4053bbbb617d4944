const KEPT_MILLISECONDS = 5 * 3_600_000;
const MOST_KEPT = 1_000_000;
const SHORTEST_TURN = 30 * 60_000;
const SITES = 65_536;

/**
 * Where vehicles last went and when they are free again, for five to ten hours: after that any place in
 * Great Britain can be reached, and the vehicle may be anywhere. Two generations, so that memory is bounded.
 */
export class PlaceMemory {
  #recent = new Map<number, number>();
  #older = new Map<number, number>();
  #turned = Number.NEGATIVE_INFINITY;

  /** Notes that a vehicle is on its way to a site and free from then on. `now` only ever grows, roughly. */
  remember(vehicle: number, site: number, freeAt: number, now: number): void {
    if (
      now - this.#turned > KEPT_MILLISECONDS ||
      (this.#recent.size >= MOST_KEPT && now - this.#turned > SHORTEST_TURN)
    ) {
      this.#turn(now);
    }
    // Seconds and site in one number below 2 to the 53rd.
    this.#recent.set(vehicle, Math.ceil(freeAt / 1000) * SITES + site);
  }

  // What is still on the road, or was a short time ago, outlives the turn.
  #turn(now: number): void {
    const kept = new Map<number, number>();
    for (const [vehicle, packed] of this.#older)
      if (Math.floor(packed / SITES) * 1000 > now - KEPT_MILLISECONDS && !this.#recent.has(vehicle))
        kept.set(vehicle, packed);
    this.#older = this.#recent;
    this.#recent = kept;
    this.#turned = now;
  }

  find(vehicle: number, now: number): { readonly site: number; readonly freeAt: number } | undefined {
    const packed = this.#recent.get(vehicle) ?? this.#older.get(vehicle);
    if (packed === undefined) return undefined;
    const freeAt = Math.floor(packed / SITES) * 1000;
    return now - freeAt > 2 * KEPT_MILLISECONDS ? undefined : { site: packed % SITES, freeAt };
  }
}
