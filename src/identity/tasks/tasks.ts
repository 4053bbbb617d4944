import { Problem } from "../../errors.ts";
import type { AccountDuty, AccountDutyBook } from "./task.ts";
import { auditedDoing, auditedLook, auditedRefusals, auditFirst, countPage } from "../../api/audit-first.ts";
import type { DutyPort } from "../../api/accounts/ports.ts";
import type { DutyView } from "../../api/accounts/views.ts";
import type { Act, Page, PageRequest, Rooms, SignedIn } from "../../api/ports.ts";
import { idNumber } from "../../flow/cursor.ts";
import { dutyRefusal } from "./task-refusal.ts";
import { remitOf, withinRemit } from "../../policy/scope.ts";

/** How long somebody is told that a link was asked for in their name. */
const TOLD_MS = 30 * 86_400_000;
const PLACE = /^due (-?\d{1,16}) (\d{1,15})$/;

export interface DutyDeskParts {
  readonly book: AccountDutyBook;
  readonly audit: Rooms["audit"];
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** Duties as people see and do them. */
export class DutyDesk implements DutyPort {
  readonly #parts: DutyDeskParts;

  constructor(parts: DutyDeskParts) {
    this.#parts = parts;
  }

  async list({ limit, cursor }: PageRequest, act: Act): Promise<Page<DutyView>> {
    const { book, now, audit } = this.#parts;
    const after = placeOf(cursor);
    const look = async (): Promise<Page<DutyView>> => {
      const rows = await book.open({
        organisation: remitOf(act.by),
        after,
        limit: limit + 1,
      });
      const kept = rows.slice(0, limit);
      const last = kept.at(-1);
      return {
        items: kept.map((duty) => presentDuty(duty, act.by, now())),
        next: rows.length > limit && last !== undefined ? cursorOf(last) : null,
      };
    };
    return auditedLook(audit, act, "account.open", { list: "duties" }, look, countPage);
  }

  counts(asker: SignedIn): Promise<{ open: number; overdue: number }> {
    return this.#parts.book.counts(this.#parts.now(), remitOf(asker));
  }

  linkAsked(asker: SignedIn): Promise<{ at: Date; by: string } | undefined> {
    return this.#parts.book.lastLink(asker.person, this.#parts.now() - TOLD_MS);
  }

  async done(id: string, note: string, act: Act): Promise<void> {
    const { book, audit, now } = this.#parts;
    const duty = await auditedRefusals(audit, act, "duty.done", { duty: id }, () => this.#toDo(id, act.by));
    const outcome = duty.kind === "approve-link" ? "approved" : "reviewed";
    const about = { duty: id, kind: duty.kind, account: duty.person?.username ?? null };
    await auditFirst(audit, act, "duty.done", { ...about, note });
    await auditedDoing(audit, act, "duty.done", about, async () => {
      if (!(await book.close(duty.id, { by: act.by.person, outcome, note, now: now() })))
        throw new Problem("CONFLICT", "Somebody has done this already.");
    });
  }

  /** A duty that somebody may say is done. */
  async #toDo(id: string, by: SignedIn): Promise<AccountDuty> {
    const duty = await this.#parts.book.byId(idNumber(id, "bigint"));
    if (duty === undefined || !withinRemit(by, duty.organisation.id))
      throw new Problem("NOT_FOUND", "There is no such duty in your organisation.");
    if (!isDoneBySaying(duty))
      throw new Problem("CONFLICT", "This duty is done by what it asks for, not by saying so.");
    const refusal = dutyRefusal(duty, by);
    if (refusal !== undefined) throw refusal;
    return duty;
  }
}

const isDoneBySaying = ({ kind }: AccountDuty): boolean =>
  kind === "review-permissions" || kind === "approve-link";

/** A duty as it is shown to somebody. */
export const presentDuty = (duty: AccountDuty, asker: SignedIn, now: number): DutyView => ({
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
