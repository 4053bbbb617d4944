/** A bar: what it stands for and how many. */
export interface Bar {
  readonly name: string;
  readonly count: number;
}

/** What one day moved. `day` is `YYYY-MM-DD`, UK clocks. */
export interface DayVolume {
  readonly day: string;
  readonly enquiries: number;
  /** Further pages of results that were opened. */
  readonly pages: number;
  /** Exports and disclosures made. */
  readonly exports: number;
}

/** Patterns of use over a period (AUD-5). Nothing in it is about a vehicle. */
export interface ChartFigures {
  readonly byLevel: readonly Bar[];
  /** 24 bars, named `00` to `23`, UK clocks. */
  readonly byHour: readonly Bar[];
  /** By username, most first; empty unless of one organisation. */
  readonly byPerson: readonly Bar[];
  readonly refusals: readonly Bar[];
  readonly volume: readonly DayVolume[];
}

/** Counts over the log, made where it is kept. */
export interface AuditFigures {
  /** @param people how many people at most are named */
  figures(period: {
    readonly organisation: number | null;
    readonly from: Date;
    readonly to: Date;
    readonly people: number;
  }): Promise<ChartFigures>;
}
