import { Problem } from "../../errors.ts";
import type { AccountDuty, AccountDutyStore } from "./task.ts";
import type { DutyPort } from "../../api/accounts/ports.ts";
import type { DutyView } from "../../api/accounts/views.ts";
import type { Rooms } from "../../api/ports.ts";
import { idNumber } from "../../flow/cursor.ts";
import { dutyRefusal } from "./task-refusal.ts";
import { isWithin, scopeOf } from "../../policy/scope.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import {
  auditFirst,
  auditedLook,
  auditedRefusals,
  auditedDoing,
  countPage,
} from "../../audit/audit-first.ts";
import type { Caller } from "../caller.ts";

/** How long somebody is told that a link was asked for in their name. */
const TOLD_MS = 30 * 86_400_000;
const PLACE = /^due (-?\d{1,16}) (\d{1,15})$/;

export interface TasksParts {
  readonly store: AccountDutyStore;
  readonly audit: Rooms["audit"];
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** Duties as people see and do them. */
export class Tasks implements DutyPort {
  readonly #parts: TasksParts;

  constructor(parts: TasksParts) {
    this.#parts = parts;
  }

  async list({ limit, cursor }: PageRequest, caller: Caller): Promise<Page<DutyView>> {
    const { store, now, audit } = this.#parts;
    const after = placeOf(cursor);
    const look = async (): Promise<Page<DutyView>> => {
      const rows = await store.open({
        ...scopeOf(caller, "duty.see"),
        after,
        limit: limit + 1,
      });
      const kept = rows.slice(0, limit);
      const last = kept.at(-1);
      return {
        items: kept.map((duty) => presentDuty(duty, caller, now())),
        next: rows.length > limit && last !== undefined ? cursorOf(last) : null,
      };
    };
    return auditedLook(audit, caller, "account.open", { list: "duties" }, look, countPage);
  }

  counts(asker: Caller): Promise<{ open: number; overdue: number }> {
    return this.#parts.store.counts(this.#parts.now(), scopeOf(asker, "duty.see").organisation);
  }

  linkAsked(asker: Caller): Promise<{ at: Date; by: string } | undefined> {
    return this.#parts.store.lastLink(asker.person, this.#parts.now() - TOLD_MS);
  }

  async done(id: string, note: string, caller: Caller): Promise<void> {
    const { store, audit, now } = this.#parts;
    const duty = await auditedRefusals(audit, caller, "duty.done", { duty: id }, () =>
      this.#toDo(id, caller),
    );
    const outcome = duty.kind === "approve-link" ? "approved" : "reviewed";
    const about = { duty: id, kind: duty.kind, account: duty.person?.username ?? null };
    await auditFirst(audit, caller, "duty.done", { ...about, note });
    await auditedDoing(audit, caller, "duty.done", about, async () => {
      if (!(await store.close(duty.id, { by: caller.person, outcome, note, now: now() })))
        throw new Problem("CONFLICT", "Someone has already done this.");
    });
  }

  /** A duty that somebody may say is done. */
  async #toDo(id: string, by: Caller): Promise<AccountDuty> {
    const duty = await this.#parts.store.byId(idNumber(id, "bigint"));
    if (duty === undefined || !isWithin(scopeOf(by, "duty.see"), duty.organisation.id))
      throw new Problem("NOT_FOUND", "There is no such task in your organisation.");
    if (!isDoneBySaying(duty))
      throw new Problem("CONFLICT", "This task is done by doing what it asks, not by marking it as done.");
    const refusal = dutyRefusal(duty, by);
    if (refusal !== undefined) throw refusal;
    return duty;
  }
}

const isDoneBySaying = ({ kind }: AccountDuty): boolean =>
  kind === "review-permissions" || kind === "approve-link";

/** A duty as it is shown to somebody. */
export const presentDuty = (duty: AccountDuty, asker: Caller, now: number): DutyView => ({
  id: String(duty.id),
  kind: duty.kind,
  account: duty.person && { username: duty.person.username, fullName: duty.person.fullName },
  organisation: { code: duty.organisation.code, name: duty.organisation.name },
  opened: duty.opened.toISOString(),
  due: duty.due.toISOString(),
  overdue: duty.due.getTime() <= now,
  mayDo: isDoneBySaying(duty) && dutyRefusal(duty, asker) === undefined,
});

const cursorOf = ({ due, id }: AccountDuty): string =>
  Buffer.from(`due ${due.getTime()} ${id}`).toString("base64url");

/** @throws Problem CURSOR_INVALID */
function placeOf(cursor: string | undefined): { due: number; id: number } | undefined {
  if (cursor === undefined) return undefined;
  const [, due, id] = PLACE.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  const place = { due: Number(due), id: Number(id) };
  if (!(Math.abs(place.due) <= 8.64e15)) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return place;
}
