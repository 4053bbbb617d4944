import type { Role } from "../../policy/roles.ts";

/** What people must do about accounts and organisations, each with its due date (ACC-1, ACC-3, ACC-4, ACC-7). */
export const TASK_KINDS = [
  /** Suspended for want of use: reactivate or end it; the service ends it at the due date. */
  "review-need",
  /** The person leaves: end the account; the service ends it at the due date. */
  "end-leaver",
  /** The roles changed: look whether every permission is still needed. */
  "review-permissions",
  /** A link for somebody who enrolled before: a second person approves it, or it lapses at the due date. */
  "approve-link",
  /** Training lapses at the due date; from then on the person cannot enquire. */
  "renew-training",
  /** The organisation's written policy lapses at the due date; from then on its people cannot enquire. */
  "renew-policy",
  /** A camera loses its reads: mend it, or say that it is faulty; it ends by itself once the reads are good again (READ-8). */
  "mend-camera",
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export interface NewTask {
  readonly kind: TaskKind;
  /** Epoch milliseconds UTC. */
  readonly due: number;
}

export interface Task {
  readonly id: number;
  readonly kind: TaskKind;
  /** Null for a task of the organisation itself. */
  readonly person: {
    readonly id: number;
    readonly username: string;
    readonly fullName: string;
    readonly roles: readonly Role[];
  } | null;
  /** The camera that it is about; null for every other. */
  readonly nrd: { readonly id: number; readonly name: string } | null;
  readonly organisation: { readonly id: number; readonly name: string; readonly code: string };
  readonly opened: Date;
  readonly due: Date;
  readonly done: Date | null;
  /** Username; null where the service closed it, or it is still open. */
  readonly doneBy: string | null;
  readonly outcome: string | null;
  readonly note: string | null;
  /** Ids of the persons who made it due since it was opened: a second person does it. */
  readonly authors: readonly number[];
}

/** A link for somebody who enrolled before, as it was asked for. Times are epoch milliseconds UTC. */
export interface LinkRequest extends NewTask {
  readonly person: number;
  readonly organisation: number;
  /** Person id. */
  readonly by: number;
  readonly reason: string;
  readonly now: number;
}

export interface TaskFilter {
  /** Null or absent: of every organisation. */
  readonly organisation?: number | null;
  /** Absent: of every kind. */
  readonly kinds?: readonly TaskKind[] | undefined;
  /** Only of this person. */
  readonly person?: number | undefined;
  /** The place after which the page begins: due date (epoch ms) and id. */
  readonly after?: { readonly due: number; readonly id: number } | undefined;
  readonly limit: number;
}

/** Tasks on record. Opening and closing again changes nothing, so that a clock may be stopped anywhere and run again. */
export interface TaskStore {
  /** Open ones, the longest overdue first. */
  open(filter: TaskFilter): Promise<readonly Task[]>;
  byId(id: number): Promise<Task | undefined>;
  /** False when it was done before. */
  close(
    id: number,
    done: { by: number | null; outcome: string; note: string; now: number },
  ): Promise<boolean>;
  counts(
    now: number,
    organisation: number | null,
    kinds?: readonly TaskKind[],
  ): Promise<{ readonly open: number; readonly overdue: number }>;
  /** Ids of the persons whose task of a kind was due by a moment. */
  overdue(kind: TaskKind, now: number, limit: number): Promise<readonly number[]>;
  /** Opens the task to approve a link, with a line in the account's history. False where one waits already. */
  askLink(request: LinkRequest): Promise<boolean>;
  /** The last time since a moment that somebody asked for a link in a person's name. */
  lastLink(person: number, since: number): Promise<{ readonly at: Date; readonly by: string } | undefined>;
  /** Brings the open tasks in line with what is on record: opens what is missing, moves what has another date, closes the rest. */
  keep(rules: TaskRules): Promise<void>;
}

/** When a camera has lost so many reads that somebody must look at it (READ-8). */
export interface CameraRules {
  readonly lostReads: number;
  readonly lostWithinHours: number;
  readonly mendDays: number;
}

/** What the pack says about when tasks are due; `now` in epoch milliseconds UTC. */
export interface TaskRules {
  readonly trainingMonths: number;
  readonly leaverHours: number;
  /** How early a lapse of training or of a written policy is told. */
  readonly warnMs: number;
  /** Absent: tasks about cameras stay as they are. */
  readonly cameras?: CameraRules;
  readonly now: number;
}
