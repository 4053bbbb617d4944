const PAGE_BITS = 15;

/**
 * Which u32 ids are present, one bit each in pages of 32,768 ids that come and go with their contents. Ids from a
 * sequence lie close together, so five million take well under a megabyte.
 */
export class IdSet {
  readonly #pages = new Map<number, { readonly words: Uint32Array; count: number }>();

  get bytes(): number {
    return this.#pages.size * 2 ** (PAGE_BITS - 3);
  }

  has(id: number): boolean {
    const words = this.#pages.get(id >>> PAGE_BITS)?.words;
    return words !== undefined && ((words[word(id)] as number) & bit(id)) !== 0;
  }

  add(id: number): void {
    let page = this.#pages.get(id >>> PAGE_BITS);
    if (page === undefined) {
      page = { words: new Uint32Array(2 ** (PAGE_BITS - 5)), count: 0 };
      this.#pages.set(id >>> PAGE_BITS, page);
    }
    const before = page.words[word(id)] as number;
    if ((before & bit(id)) !== 0) return;
    page.words[word(id)] = before | bit(id);
    page.count++;
  }

  delete(id: number): void {
    const page = this.#pages.get(id >>> PAGE_BITS);
    if (page === undefined || !this.has(id)) return;
    page.words[word(id)] = (page.words[word(id)] as number) & ~bit(id);
    page.count--;
    if (page.count === 0) this.#pages.delete(id >>> PAGE_BITS);
  }
}

const word = (id: number): number => (id >>> 5) & (2 ** (PAGE_BITS - 5) - 1);
const bit = (id: number): number => 1 << (id & 31);
