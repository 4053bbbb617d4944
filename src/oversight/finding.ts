/** Open, or what it turned out to be (AUD-3). */
export const FINDING_STATES = ["open", "explained", "training", "misconduct", "data-breach"] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** Something an audit found: it has an owner and a date by which it is settled. */
export interface Finding {
  readonly id: number;
  readonly organisation: { readonly id: number; readonly name: string };
  readonly title: string;
  readonly state: FindingState;
  readonly owner: { readonly id: number; readonly username: string; readonly fullName: string };
  readonly openedBy: string;
  readonly openedAt: Date;
  readonly dueAt: Date;
  readonly closedAt: Date | null;
  /** The log entry it is about; null where it is about none. */
  readonly entry: number | null;
  /** The sample item whose review opened it. */
  readonly item: number | null;
  /** Username of who is looked at; they neither own nor settle it. */
  readonly about: string | null;
}

/** One step of a finding's way. */
export interface FindingEvent {
  readonly at: Date;
  readonly by: string;
  readonly state: FindingState;
  readonly note: string;
}

/** Whether a finding is open beyond its date (epoch ms). */
export const isOverdue = ({ state, dueAt }: Pick<Finding, "state" | "dueAt">, now: number): boolean =>
  state === "open" && dueAt.getTime() < now;

export interface NewFinding {
  readonly organisation: number;
  readonly title: string;
  readonly note: string;
  readonly owner: number;
  readonly openedBy: number;
  readonly openedAt: Date;
  readonly dueAt: Date;
  readonly entry: number | null;
  readonly about: string | null;
}

/** Findings on record. Nothing of one is ever deleted. */
export interface FindingStore {
  open(finding: NewFinding): Promise<number>;
  find(id: number): Promise<Finding | undefined>;
  history(id: number): Promise<readonly FindingEvent[]>;
  /** Newest first. `overdueAt`: only those open beyond their date then. */
  list(filter: {
    readonly organisation: number | null;
    readonly state?: FindingState;
    readonly overdueAt?: Date;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly Finding[]>;
  /** False where it is no longer in the state that was seen. */
  change(
    id: number,
    seen: FindingState,
    to: { readonly state: FindingState; readonly owner: number; readonly dueAt: Date; readonly note: string },
    by: number,
    now: Date,
  ): Promise<boolean>;
}
