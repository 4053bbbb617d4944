/** Reads kept beyond their time for a case (INV-8, RET-3). */
export interface Preservation {
  readonly id: number;
  readonly reference: string;
  readonly organisation: number;
  readonly reason: string;
  readonly madeBy: number;
  readonly madeAt: Date;
  readonly releasedAt: Date | null;
  readonly reads: number;
}

export interface PreservationStore {
  /**
   * Copies are kept under the reference, which no other preservation has ever had.
   * @param reads ids with their capture time (epoch ms)
   * @throws Problem CONFLICT when the reference is taken
   */
  preserve(
    preservation: { reference: string; organisation: number; reason: string; madeBy: number },
    reads: readonly { id: string; captured: number }[],
  ): Promise<Preservation>;
  /** Ends a preservation; its reads fall under retention again. @throws Problem NOT_FOUND */
  release(id: number, by: number): Promise<void>;
  list(organisation: number): Promise<readonly Preservation[]>;
  /** The reads of every preservation that still stands, oldest preservation first. */
  standing(): Promise<readonly { readonly reference: string; readonly readIds: readonly string[] }[]>;
  /** Ids of reads captured on a day (`YYYY-MM-DD`, UTC) that are preserved now. */
  readsOfDay(day: string): Promise<readonly string[]>;
}
