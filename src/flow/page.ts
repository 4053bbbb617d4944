/** Which page of a list is wanted. */
export interface PageRequest {
  readonly limit: number;
  /** The `next` of the page before, unchanged; absent for the first page. */
  readonly cursor?: string | undefined;
}

/** One page of a list, and the cursor of the next; null where this is the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** The same page, with each thing on it as somebody else shows it. */
export const mapPage = <Item, Shown>(
  { items, next }: Page<Item>,
  show: (item: Item) => Shown,
): { items: Shown[]; next: string | null } => ({ items: items.map(show), next });
