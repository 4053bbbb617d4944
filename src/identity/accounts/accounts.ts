import { accountActs } from "../../audit/acts/account.ts";
import type { Audited } from "../../audit/audited.ts";
import { service } from "../../audit/actor.ts";
import { Problem } from "../../errors.ts";
import { afterId, pageByIds } from "../../flow/cursor.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import { afterName, pageByNames } from "../../flow/text-cursor.ts";
import { isWithin, refusedBy, scopeOf } from "../../policy/scope.ts";
import { mayDo } from "../../policy/roles.ts";
import type { Caller } from "../caller.ts";
import type { Deliberate } from "../deliberate.ts";
import type { SuspicionStore } from "../monitoring/suspicion.ts";
import type { OrganisationStore } from "../organisations/organisation.ts";
import { newEnrolmentLink, type EnrolmentLink } from "../sign-in/enrolment-link.ts";
import { seenBy, taskRules, type TaskSeen } from "../tasks/seen-by.ts";
import type { TaskStore } from "../tasks/task.ts";
import { foldUsername } from "../username.ts";
import { asItIs, differing, given, type Account, type AccountChange, type AccountEvent } from "./account.ts";
import { changedMeanwhile, changeRefusal } from "./account-refusal.ts";
import { faultsOfChange, faultsOfNew, type AccountNumbers, type AskedAccount } from "./account-rules.ts";
import { requireChangeable, requireTakesLink, type AccountState, type StateAct } from "./account-state.ts";
import type { AccountStore, HistoryNote } from "./account-store.ts";
import { moveAccount } from "./move-account.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Open tasks shown with an account; there is one of each kind at most. */
const MOST_TASKS = 10;

const STATE_ACTS = {
  suspend: accountActs.suspend,
  reactivate: accountActs.reactivate,
  end: accountActs.end,
} as const satisfies Record<StateAct, unknown>;

export interface AccountsParts {
  readonly store: AccountStore;
  readonly organisations: Pick<OrganisationStore, "byCode">;
  readonly tasks: TaskStore;
  readonly suspicions: Pick<SuspicionStore, "suspends">;
  readonly audited: Audited;
  /** Of the pack in force. */
  readonly numbers: () => AccountNumbers;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** An account with what is due about it and a page of its history, newest first. */
export interface AccountInFull {
  readonly account: Account;
  readonly tasks: readonly TaskSeen[];
  /** A suspicion waits for a supervisor, or was upheld; nobody else reactivates. */
  readonly suspicionWaits: boolean;
  readonly history: Page<AccountEvent>;
}

/**
 * The accounts as administrators keep them (ACC-2, ACC-7): those of the caller's organisation, or of all for a national
 * administrator; others are Problem NOT_FOUND. Nobody changes their own account: NOT_AUTHORISED. What was changed meanwhile:
 * CONFLICT.
 */
export class Accounts {
  readonly #parts: AccountsParts;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  async list(
    filter: {
      search?: string | undefined;
      state?: AccountState | undefined;
      organisation?: string | undefined;
    },
    { limit, cursor }: PageRequest,
    caller: Caller,
  ): Promise<Page<Account>> {
    const { store, audited } = this.#parts;
    const { search, state } = filter;
    const after = afterName(cursor);
    return audited.look(caller.actor, accountActs.list, { ...filter }, async (entry) => {
      const organisation = await this.#organisationIn(filter.organisation, caller);
      const rows =
        organisation === undefined
          ? []
          : await store.list({ organisation, search, state, after, limit: limit + 1 });
      const page = pageByNames(
        rows,
        limit,
        ({ username }) => username,
        (account) => account,
      );
      entry.add({ count: page.items.length });
      return page;
    });
  }

  /** With its open tasks and a page of its history, newest first. */
  async open(username: string, history: PageRequest, caller: Caller): Promise<AccountInFull> {
    const { store, tasks, suspicions, audited, now } = this.#parts;
    const before = afterId(history.cursor, "bigint");
    const subject = { account: foldUsername(username) };
    return audited.look(caller.actor, accountActs.open, subject, async (entry) => {
      const account = await this.#within(username, caller);
      const [events, open, suspicionWaits] = await Promise.all([
        store.history(account.id, { before, limit: history.limit + 1 }),
        tasks.open({ person: account.id, limit: MOST_TASKS }),
        // A suspicion is shown to whoever may see it, and never to whom it is about.
        mayDo(caller.roles, "suspension.see") && account.id !== caller.person
          ? suspicions.suspends(account.id)
          : false,
      ]);
      entry.add({ count: 1 });
      return {
        account,
        tasks: open.map((task) => seenBy(task, caller, now())),
        suspicionWaits,
        history: pageByIds(events, history.limit, (event) => event),
      };
    });
  }

  /** Makes an account, with the link by which its person enrols. @throws Problem INPUT_INVALID naming every field that is wrong */
  async add(
    asked: AskedAccount & { readonly organisation?: string | undefined },
    caller: Caller,
  ): Promise<{ account: Account; link: EnrolmentLink }> {
    const { store, audited, numbers, now } = this.#parts;
    const errors = faultsOfNew(asked, caller.roles, numbers(), now());
    if (errors.length > 0) throw new Problem("INPUT_INVALID", "The account was not created.", { errors });
    const username = foldUsername(asked.username);
    const of = asked.organisation ?? caller.organisation.id;
    const { fullName, roles, vetting, rank = null, trainedOn = null, covert = false } = asked;
    const made = { fullName, roles, rank, vetting, trainedOn, covert };
    return audited.do(caller.actor, accountActs.add, { account: username, of, ...made }, async (entry) => {
      const organisation = await this.#organisationOf(of, caller);
      const link = newEnrolmentLink(numbers().accounts.enrolmentHours, now());
      const note = this.#note("New account", caller);
      const rules = taskRules(numbers().accounts, now());
      const account = await store.add({ ...made, username, organisation }, link, note, rules);
      entry.add({ of: organisation, person: account.id, expires: new Date(link.expires).toISOString() });
      return { account, link };
    });
  }

  /** Changes roles, rank, vetting, training …; another set of roles opens the review of permissions (ACC-4). */
  async change(
    username: string,
    asked: AccountChange,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<Account> {
    const { store, audited, numbers, now } = this.#parts;
    const subject = { account: foldUsername(username), reason, after: { ...given(asked) } };
    return audited.do(caller.actor, accountActs.change, subject, async (entry) => {
      const account = await this.#toChange(username, version, caller);
      const errors = faultsOfChange(asked, account, caller.roles, numbers(), now());
      if (errors.length > 0) throw new Problem("INPUT_INVALID", "The account was not changed.", { errors });
      requireChangeable(account);
      const to = differing(account, asked);
      entry.add({ person: account.id, before: { ...asItIs(account, to) }, after: { ...to } });
      if (Object.keys(to).length === 0) return account;
      const { roleChangeReviewDays: days } = numbers().accounts;
      const opens =
        to.roles === undefined
          ? undefined
          : ({ kind: "review-permissions", due: now() + days * DAY_MS } as const);
      const rules = { ...taskRules(numbers().accounts, now()), opens };
      if (!(await store.change(account, to, this.#note(reason, caller), rules)))
        throw changedMeanwhile(account.username);
      return this.#within(account.username, caller);
    });
  }

  async setState(
    username: string,
    act: StateAct,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<Account> {
    const { store, suspicions, audited } = this.#parts;
    const subject = { account: foldUsername(username), reason };
    return audited.do(caller.actor, STATE_ACTS[act], subject, async (entry) => {
      const account = await this.#toChange(username, version, caller);
      if (act === "reactivate" && (await suspicions.suspends(account.id))) throw decidedFirst();
      await moveAccount(store, entry, account, { act, note: this.#note(reason, caller) });
      return this.#within(account.username, caller);
    });
  }

  /** Makes a suspended account active again, at the machine itself. @throws Problem NOT_AUTHORISED where monitoring suspended it */
  async comeBack(username: string, reason: string): Promise<void> {
    const { store, suspicions, audited, now } = this.#parts;
    const found = await store.byUsername(foldUsername(username));
    if (found?.state !== "suspended") return;
    const actor = { ...service("setup"), organisation: found.organisation.id };
    await audited.do(actor, accountActs.reactivate, { account: found.username, reason }, async (entry) => {
      if (await suspicions.suspends(found.id)) throw decidedFirst();
      const note = { by: null, reason, now: now() };
      await moveAccount(store, entry, found, { act: "reactivate", note });
    });
  }

  /**
   * A new one-time link, for a person whose link expired or whose second factor is lost. For somebody who enrolled before it
   * is a way into their account and takes two: until a second person has approved it the answer is the task to do so, and
   * who asked asks again (ACC-2).
   */
  async giveLink(
    username: string,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<{ link: EnrolmentLink } | { waits: TaskSeen }> {
    const { store, audited, numbers, now } = this.#parts;
    const subject = { account: foldUsername(username), reason };
    return audited.do(caller.actor, accountActs.link, subject, async (entry) => {
      const account = await this.#toChange(username, version, caller);
      requireTakesLink(account);
      entry.add({ person: account.id });
      const hours = numbers().accounts.enrolmentHours;
      const link = newEnrolmentLink(hours, now());
      const since = now() - hours * HOUR_MS;
      const done = await store.giveLink(account, link, this.#note(reason, caller), since);
      if (done.given) {
        entry.add({ approvedBy: done.approvedBy, expires: new Date(link.expires).toISOString() });
        return { link };
      }
      if (done.why === "changed") throw changedMeanwhile(account.username);
      const waits = await this.#askLink(account, reason, caller);
      entry.add({ task: waits.id });
      return { waits };
    });
  }

  async #askLink(account: Account, reason: string, caller: Caller): Promise<TaskSeen> {
    const { tasks, numbers, now } = this.#parts;
    await tasks.askLink({
      kind: "approve-link",
      person: account.id,
      organisation: account.organisation.id,
      by: caller.person,
      reason,
      now: now(),
      due: now() + numbers().accounts.enrolmentHours * HOUR_MS,
    });
    const open = await tasks.open({ person: account.id, limit: MOST_TASKS });
    const waits = open.find(({ kind }) => kind === "approve-link");
    if (waits === undefined) throw changedMeanwhile(account.username);
    return seenBy(waits, caller, now());
  }

  #note(reason: string, { person }: Caller): HistoryNote {
    return { by: person, reason, now: this.#parts.now() };
  }

  async #within(username: string, caller: Caller): Promise<Account> {
    const account = await this.#parts.store.byUsername(foldUsername(username));
    if (account === undefined || !isWithin(scopeOf(caller, "account.see"), account.organisation.id))
      throw new Problem("NOT_FOUND", "There is no such account in your organisation.");
    return account;
  }

  /** The account as it was seen, for somebody who may change it. */
  async #toChange(username: string, version: number, caller: Caller): Promise<Account> {
    const account = await this.#within(username, caller);
    const refusal = changeRefusal(account, caller);
    if (refusal !== undefined) throw refusal;
    if (account.version !== version) throw changedMeanwhile(account.username);
    return account;
  }

  /** @throws Problem NOT_FOUND for one beyond the caller's scope */
  async #organisationOf(asked: string | number, caller: Caller): Promise<number> {
    const organisation = await this.#organisationIn(asked, caller);
    if (organisation === null || organisation === undefined)
      throw new Problem("NOT_FOUND", "You do not have access to an organisation with this code.");
    return organisation;
  }

  /** The organisation that is asked about: null for all, undefined for one beyond the caller's scope. */
  async #organisationIn(
    asked: string | number | undefined,
    caller: Caller,
  ): Promise<number | null | undefined> {
    const scope = scopeOf(caller, "account.see");
    if (asked === undefined) return scope.organisation;
    const id = typeof asked === "number" ? asked : (await this.#parts.organisations.byCode(asked))?.id;
    return id !== undefined && isWithin(scope, id) ? id : undefined;
  }
}

const decidedFirst = (): Problem =>
  refusedBy(
    "suspicion-is-decided-first",
    "Protective monitoring suspended this account. A supervisor decides on it under Suspicions.",
    "A supervisor of the organisation, or a national auditor, lifts the suspension.",
  );
