/** When a named duty of the service last ran and how that ended; `doctor` looks at it. */
export interface Duty {
  readonly name: string;
  readonly lastStarted: Date;
  /** Null while the first run is under way. */
  readonly lastFinished: Date | null;
  readonly outcome: "done" | "failed" | null;
  readonly detail: string | null;
}

/** The record of duties such as `retention` and `quarantine-expiry`. */
export interface DutyStore {
  started(name: string): Promise<void>;
  finished(name: string, outcome: "done" | "failed", detail: string): Promise<void>;
  all(): Promise<readonly Duty[]>;
}
