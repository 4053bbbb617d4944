import type { AuditAction } from "../../audit/vocabulary.ts";
import { Problem } from "../../errors.ts";
import type { Account, AccountChange, AccountEvent, AccountState } from "./account.ts";
import { changedMeanwhile, type AccountActs } from "./account-acts.ts";
import type { AccountStore } from "./account-store.ts";
import { faultsOfChange, faultsOfNew, type AccountNumbers, type AskedAccount } from "./account-rules.ts";
import type { AccountClocks } from "../tasks/account-clocks.ts";
import type { AccountDutyStore } from "../tasks/task.ts";
import type { SuspicionStore } from "../monitoring/suspicion.ts";
import type { OrganisationStore } from "../organisations/organisation.ts";
import type { PersonStore } from "../person.ts";
import { foldUsername } from "../username.ts";
import type { AccountPort, Deliberate, StateAct } from "../../api/accounts/ports.ts";
import type {
  AccountEventView,
  AccountInFull,
  AccountView,
  DutyView,
  EnrolmentView,
} from "../../api/accounts/views.ts";
import type { Rooms } from "../../api/ports.ts";
import { afterId, pageByIds } from "../../flow/cursor.ts";
import { presentDuty } from "../tasks/tasks.ts";
import { isNationalRole, mayDo, rolesThatMay } from "../../policy/roles.ts";
import { isWithin, refusedBy, scopeOf } from "../../policy/scope.ts";
import { afterName, pageByNames } from "../../flow/text-cursor.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import {
  auditFirst,
  auditOutcome,
  auditedLook,
  auditedRefusals,
  auditedDoing,
  countPage,
} from "../../audit/audit-first.ts";
import type { Caller } from "../caller.ts";

const ACTIONS = {
  suspend: "person.suspend",
  reactivate: "person.reactivate",
  end: "person.end",
} as const satisfies Record<StateAct, AuditAction>;
const HOUR_MS = 3_600_000;
/** Open duties shown with an account; there is one of each kind at most. */
const MOST_DUTIES = 10;

export interface AccountsParts {
  readonly store: AccountStore;
  readonly acts: AccountActs;
  readonly people: Pick<PersonStore, "add">;
  readonly organisations: Pick<OrganisationStore, "byCode">;
  readonly duties: AccountDutyStore;
  readonly suspicions: Pick<SuspicionStore, "suspends">;
  readonly clocks: Pick<AccountClocks, "keepDuties">;
  readonly enrolments: Pick<Rooms["enrolments"], "newEnrolment">;
  readonly audit: Rooms["audit"];
  /** Of the pack in force. */
  readonly numbers: () => AccountNumbers;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** The accounts as administrators keep them (ACC-2, ACC-7). */
export class Accounts implements AccountPort {
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
  ): Promise<Page<AccountView>> {
    const { store, audit } = this.#parts;
    const { search, state } = filter;
    const after = afterName(cursor);
    const look = async (): Promise<Page<AccountView>> => {
      const organisation = await this.#organisationIn(filter.organisation, caller);
      if (organisation === undefined) return { items: [], next: null };
      const rows = await store.list({ organisation, search, state, after, limit: limit + 1 });
      return pageByNames(rows, limit, ({ username }) => username, present);
    };
    return auditedLook(audit, caller, "account.open", { list: "accounts", search, state }, look, countPage);
  }

  async open(username: string, history: PageRequest, caller: Caller): Promise<AccountInFull> {
    const { store, duties, suspicions, audit, now } = this.#parts;
    const before = afterId(history.cursor, "bigint");
    return auditedLook(audit, caller, "account.open", { account: foldUsername(username) }, async () => {
      const account = await this.#within(username, caller);
      const [events, open, suspicionWaits] = await Promise.all([
        store.history(account.id, { before, limit: history.limit + 1 }),
        duties.open({ person: account.id, limit: MOST_DUTIES }),
        suspicions.suspends(account.id),
      ]);
      return {
        ...present(account),
        duties: open.map((duty) => presentDuty(duty, caller, now())),
        suspicionWaits,
        history: pageByIds(events, history.limit, presentEvent),
      };
    });
  }

  async add(
    asked: AskedAccount & { readonly organisation?: string | undefined },
    caller: Caller,
  ): Promise<{ account: AccountView; enrolment: EnrolmentView }> {
    const { store, people, audit, numbers, now } = this.#parts;
    const errors = faultsOfNew(asked, caller.roles, numbers(), now());
    if (errors.length > 0) throw new Problem("INPUT_INVALID", "The account was not created.", { errors });
    const username = foldUsername(asked.username);
    const organisation = await auditedRefusals(
      audit,
      caller,
      "person.add",
      { account: username, of: asked.organisation },
      () => this.#organisationOf(asked.organisation ?? caller.organisation.id, caller),
    );
    const { fullName, roles, vetting, rank = null, trainedOn = null, covert = false } = asked;
    const made = { fullName, roles, rank, vetting, trainedOn, covert };
    await auditFirst(audit, caller, "person.add", { account: username, of: organisation, ...made });
    const newPerson = { ...made, username, organisation, passwordHash: null, totpSecret: null };
    const person = await auditedDoing(
      audit,
      caller,
      "person.add",
      { account: username, of: organisation },
      () => people.add(newPerson),
    );
    const deed = { by: caller.person, reason: "New account", now: now() };
    await store.record(person.id, "added", made, deed);
    await this.#parts.clocks.keepDuties();
    const account = (await store.byId(person.id)) as Account;
    return { account: present(account), enrolment: await this.#link(account, caller) };
  }

  async change(
    username: string,
    to: AccountChange,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<AccountView> {
    const { acts, numbers, now, clocks } = this.#parts;
    const account = await this.#toChange(username, version, caller, "person.change");
    const errors = faultsOfChange(to, account, caller.roles, numbers(), now());
    if (errors.length > 0) throw new Problem("INPUT_INVALID", "The account was not changed.", { errors });
    await acts.change(account, to, reason, caller.actor);
    await clocks.keepDuties();
    return present(await this.#within(account.username, caller));
  }

  async setState(
    username: string,
    to: StateAct,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<AccountView> {
    const { acts, suspicions, audit } = this.#parts;
    const account = await this.#toChange(username, version, caller, ACTIONS[to]);
    if (to === "reactivate" && (await suspicions.suspends(account.id))) {
      const subject = { account: account.username, rules: ["suspicion-is-decided-first"] };
      await auditOutcome(audit, caller, ACTIONS[to], "refused", subject);
      throw new Problem(
        "CONFLICT",
        "Protective monitoring suspended this account. A supervisor decides on it under Suspicions.",
      );
    }
    await acts[to](account, reason, caller.actor);
    return present(await this.#within(account.username, caller));
  }

  async enrol(
    username: string,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<EnrolmentView | DutyView> {
    const { store, duties, numbers, now } = this.#parts;
    const account = await this.#toChange(username, version, caller, "person.enrol");
    if (account.state !== "invited" && account.state !== "active")
      throw new Problem(
        "CONFLICT",
        `The account ${account.username} is ${account.state}; only an account in use can have an enrolment link.`,
      );
    const { person: by } = caller;
    const since = now() - numbers().accounts.enrolmentHours * HOUR_MS;
    // A link for somebody who enrolled before is a way into their account: it takes two.
    const approvedBy = account.enrolled ? await duties.takeApproval({ person: account.id, by, since }) : null;
    if (approvedBy === undefined) return this.#askLink(account, reason, caller);
    const enrolment = await this.#link(account, caller);
    await store.record(account.id, "invited", approvedBy === null ? {} : { approvedBy }, {
      by,
      reason,
      now: now(),
    });
    return enrolment;
  }

  async #askLink(account: Account, reason: string, caller: Caller): Promise<DutyView> {
    const { duties, audit, numbers, now } = this.#parts;
    await auditOutcome(audit, caller, "person.enrol", "asked", { account: account.username, reason });
    await duties.askLink({
      kind: "approve-link",
      person: account.id,
      organisation: account.organisation.id,
      by: caller.person,
      reason,
      now: now(),
      due: now() + numbers().accounts.enrolmentHours * HOUR_MS,
    });
    const open = await duties.open({ person: account.id, limit: MOST_DUTIES });
    const waits = open.find(({ kind }) => kind === "approve-link");
    if (waits === undefined) throw changedMeanwhile(account.username);
    return presentDuty(waits, caller, now());
  }

  async #link({ id, username, organisation }: Account, caller: Caller): Promise<EnrolmentView> {
    const { enrolments } = this.#parts;
    const { path, expires } = await enrolments.newEnrolment(
      { id, username, organisation },
      caller,
      caller.requestId,
    );
    return { link: path, expires: new Date(expires).toISOString() };
  }

  async #within(username: string, asker: Caller): Promise<Account> {
    const account = await this.#parts.store.byUsername(foldUsername(username));
    if (account === undefined || !isWithin(scopeOf(asker, "account.see"), account.organisation.id))
      throw new Problem("NOT_FOUND", "There is no such account in your organisation.");
    return account;
  }

  /** The account as it was seen, for somebody who may change it; who may not is in the log. */
  async #toChange(username: string, version: number, caller: Caller, action: AuditAction): Promise<Account> {
    const subject = { account: foldUsername(username) };
    const account = await auditedRefusals(this.#parts.audit, caller, action, subject, () =>
      this.#judged(username, caller),
    );
    if (account.version !== version) throw changedMeanwhile(account.username);
    return account;
  }

  async #judged(username: string, by: Caller): Promise<Account> {
    const account = await this.#within(username, by);
    if (account.id === by.person)
      throw refusedBy(
        "account-is-somebody-else's",
        "You cannot change your own account.",
        "Another administrator of your organisation, or a national administrator.",
      );
    if (account.roles.some(isNationalRole) && !mayDo(by.roles, "account.manage-national"))
      throw refusedBy(
        "national-accounts-are-kept-nationally",
        "This account has a national role.",
        `One of the roles ${rolesThatMay("account.manage-national").join(", ")}.`,
      );
    return account;
  }

  /** @throws Problem NOT_FOUND for one beyond the scope */
  async #organisationOf(asked: string | number, asker: Caller): Promise<number> {
    const organisation = await this.#organisationIn(asked, asker);
    if (organisation === undefined || organisation === null)
      throw new Problem("NOT_FOUND", "You do not have access to an organisation with this code.");
    return organisation;
  }

  /** The organisation that is asked about: null for all, undefined for one beyond the scope. */
  async #organisationIn(
    asked: string | number | undefined,
    asker: Caller,
  ): Promise<number | null | undefined> {
    const scope = scopeOf(asker, "account.see");
    if (asked === undefined) return scope.organisation;
    const id = typeof asked === "number" ? asked : (await this.#parts.organisations.byCode(asked))?.id;
    return id !== undefined && isWithin(scope, id) ? id : undefined;
  }
}

const present = ({ organisation, ...account }: Account): AccountView => ({
  username: account.username,
  version: account.version,
  fullName: account.fullName,
  organisation: { code: organisation.code, name: organisation.name },
  roles: [...account.roles],
  kind: account.kind,
  state: account.state,
  stateSince: account.stateSince.toISOString(),
  stateWhy: account.stateWhy,
  rank: account.rank,
  vetting: account.vetting,
  trainedOn: account.trainedOn,
  covert: account.covert,
  created: account.created.toISOString(),
  lastUsed: account.lastUsed?.toISOString() ?? null,
  leavesOn: account.leavesOn,
});

const presentEvent = ({ at, by, what, before, after, reason }: AccountEvent): AccountEventView => ({
  at: at.toISOString(),
  by,
  what,
  before: { ...before },
  after: { ...after },
  reason,
});
