/** What became of one row of an import or one of many entries. Rows count from 1, the heading not among them. */
export interface RowVerdict {
  readonly row: number;
  readonly verdict: "added" | "updated" | "unchanged" | "refused";
  /** Id of what it is now; absent where refused. */
  readonly id?: string;
  /** It has no effect before a second person has confirmed it. */
  readonly awaiting?: true;
  /** Where refused: a stable code, the column or member, and what to do. */
  readonly code?: string;
  readonly path?: string;
  readonly message?: string;
}
