import { taskActs } from "../../audit/acts/task.ts";
import type { Audited } from "../../audit/audited.ts";
import { Problem } from "../../errors.ts";
import { idNumber } from "../../flow/cursor.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import { isWithin, scopeOf } from "../../policy/scope.ts";
import type { Caller } from "../caller.ts";
import { isDoneBySaying, kindsSeenBy, seenBy, type TaskSeen } from "./seen-by.ts";
import { taskRefusal } from "./task-refusal.ts";
import type { Task, TaskStore } from "./task.ts";

/** How long somebody is told that a link was asked for in their name. */
const TOLD_MS = 30 * 86_400_000;
const PLACE = /^due (-?\d{1,16}) (\d{1,15})$/;

export interface TasksParts {
  readonly store: TaskStore;
  readonly audited: Audited;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** What is to be done about accounts and organisations, and until when, as people see and do it (ACC-3, ACC-4). */
export class Tasks {
  readonly #parts: TasksParts;

  constructor(parts: TasksParts) {
    this.#parts = parts;
  }

  /** Open ones, the longest overdue first. */
  async list({ limit, cursor }: PageRequest, caller: Caller): Promise<Page<TaskSeen>> {
    const { store, now, audited } = this.#parts;
    const after = placeOf(cursor);
    return audited.look(caller.actor, taskActs.list, {}, async (entry) => {
      const kinds = kindsSeenBy(caller);
      const rows = await store.open({ ...scopeOf(caller, "task.see"), kinds, after, limit: limit + 1 });
      const kept = rows.slice(0, limit);
      const last = kept.at(-1);
      entry.add({ count: kept.length });
      return {
        items: kept.map((task) => seenBy(task, caller, now())),
        next: rows.length > limit && last !== undefined ? cursorOf(last) : null,
      };
    });
  }

  counts(caller: Caller): Promise<{ readonly open: number; readonly overdue: number }> {
    const { organisation } = scopeOf(caller, "task.see");
    return this.#parts.store.counts(this.#parts.now(), organisation, kindsSeenBy(caller));
  }

  /** The last time that somebody lately asked for an enrolment link in the caller's own name. */
  linkAsked(caller: Caller): Promise<{ readonly at: Date; readonly by: string } | undefined> {
    return this.#parts.store.lastLink(caller.person, this.#parts.now() - TOLD_MS);
  }

  /** Says that a review of permissions is done, or approves a link. @throws Problem CONFLICT where somebody was first */
  async done(id: string, note: string, caller: Caller): Promise<void> {
    const { store, audited, now } = this.#parts;
    await audited.do(caller.actor, taskActs.done, { task: id, note }, async (entry) => {
      const task = await this.#toDo(id, caller);
      entry.add({ kind: task.kind, account: task.person?.username ?? null });
      const outcome = task.kind === "approve-link" ? "approved" : "reviewed";
      if (!(await store.close(task.id, { by: caller.person, outcome, note, now: now() })))
        throw new Problem("CONFLICT", "Someone has already done this.");
    });
  }

  /** A task that somebody may say is done. */
  async #toDo(id: string, caller: Caller): Promise<Task> {
    const task = await this.#parts.store.byId(idNumber(id, "bigint"));
    const kinds = kindsSeenBy(caller);
    if (
      task === undefined ||
      kinds?.includes(task.kind) === false ||
      !isWithin(scopeOf(caller, "task.see"), task.organisation.id)
    )
      throw new Problem("NOT_FOUND", "There is no such task in your organisation.");
    if (!isDoneBySaying(task))
      throw new Problem("CONFLICT", "This task is done by doing what it asks, not by marking it as done.");
    const refusal = taskRefusal(task, caller);
    if (refusal !== undefined) throw refusal;
    return task;
  }
}

const cursorOf = ({ due, id }: Task): string =>
  Buffer.from(`due ${due.getTime()} ${id}`).toString("base64url");

/** @throws Problem CURSOR_INVALID */
function placeOf(cursor: string | undefined): { due: number; id: number } | undefined {
  if (cursor === undefined) return undefined;
  const [, due, id] = PLACE.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  const place = { due: Number(due), id: Number(id) };
  if (!(Math.abs(place.due) <= 8.64e15)) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return place;
}
