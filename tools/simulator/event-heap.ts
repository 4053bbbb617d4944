/** Things in order of their time, earliest first. A binary heap: as much memory as there are things in it. */
export class EventHeap<T> {
  readonly #items: T[] = [];
  readonly #times: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The time of the earliest, or infinity where there is none. */
  get nextTime(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  push(time: number, item: T): void {
    const items = this.#items;
    const times = this.#times;
    let at = items.length;
    items.push(item);
    times.push(time);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if ((times[up] as number) <= time) break;
      items[at] = items[up] as T;
      times[at] = times[up] as number;
      at = up;
    }
    items[at] = item;
    times[at] = time;
  }

  pop(): T | undefined {
    const items = this.#items;
    const times = this.#times;
    const top = items[0];
    const item = items.pop();
    const time = times.pop();
    if (item === undefined || time === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = at * 2 + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && (times[down + 1] as number) < (times[down] as number)) down++;
      if ((times[down] as number) >= time) break;
      items[at] = items[down] as T;
      times[at] = times[down] as number;
      at = down;
    }
    items[at] = item;
    times[at] = time;
    return top;
  }
}
