/** Something that must be done again and again, whether anyone thinks of it or not. */
export interface Job {
  readonly name: string;
  /** Cron pattern, UTC. */
  readonly when: string;
  /** Also at start. */
  readonly atStart: boolean;
  /** Every process does it for itself, because it is about what that process holds; otherwise one does it for all. */
  readonly everywhere?: true;
  /** What was done, in a sentence for the record. */
  readonly work: () => Promise<string>;
}

/** When a job last ran and how that ended; `doctor` looks at it. */
export interface JobRun {
  readonly name: string;
  readonly lastStarted: Date;
  /** Null while the first run is under way. */
  readonly lastFinished: Date | null;
  readonly outcome: "done" | "failed" | null;
  readonly detail: string | null;
}

/** A run that this process has claimed: nobody else does the job until it has ended, or this process has. */
export interface ClaimedRun {
  /** Records how it ended, with a sentence, and lets others claim the next. */
  ended(outcome: "done" | "failed", detail: string): Promise<void>;
}

/** Who does which run, and the record of runs. */
export interface JobStore {
  /** Claims the run due at a moment: null where another process is at it, or has done it. */
  claim(name: string, due: Date): Promise<ClaimedRun | null>;
  /** Records a run that every process does for itself. */
  begin(name: string): Promise<ClaimedRun>;
  all(): Promise<readonly JobRun[]>;
}
