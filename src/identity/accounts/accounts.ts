import type { AuditAction } from "../../audit/vocabulary.ts";
import { Problem } from "../../errors.ts";
import type { Account, AccountChange, AccountEvent, AccountState } from "./account.ts";
import { changedMeanwhile, type AccountActs, type Hand } from "./account-acts.ts";
import type { AccountBook } from "./account-store.ts";
import {
  faultsOfChange,
  faultsOfNew,
  NATIONAL_ROLES,
  type AccountNumbers,
  type AskedAccount,
} from "./account-rules.ts";
import type { AccountClocks } from "../tasks/account-clocks.ts";
import type { AccountDutyBook } from "../tasks/task.ts";
import type { SuspicionBook } from "../monitoring/suspicion.ts";
import type { OrganisationBook } from "../organisations/organisation.ts";
import type { PersonBook } from "../person.ts";
import { foldUsername } from "../username.ts";
import {
  auditedDoing,
  auditedLook,
  auditedRefusals,
  auditFirst,
  auditOutcome,
  countPage,
} from "../../api/audit-first.ts";
import type { AccountPort, Deliberate, StateAct } from "../../api/accounts/ports.ts";
import type {
  AccountEventView,
  AccountInFull,
  AccountView,
  DutyView,
  EnrolmentView,
} from "../../api/accounts/views.ts";
import type { Act, Page, PageRequest, Rooms, SignedIn } from "../../api/ports.ts";
import { afterId, pageByIds } from "../../flow/cursor.ts";
import { presentDuty } from "../tasks/tasks.ts";
import { isNational, refusedBy, remitOf, withinRemit } from "../../policy/scope.ts";
import { afterName, pageByNames } from "../../flow/text-cursor.ts";

const ACTIONS = {
  suspend: "person.suspend",
  reactivate: "person.reactivate",
  end: "person.end",
} as const satisfies Record<StateAct, AuditAction>;
const HOUR_MS = 3_600_000;
/** Open duties shown with an account; there is one of each kind at most. */
const MOST_DUTIES = 10;

export interface AccountDeskParts {
  readonly book: AccountBook;
  readonly acts: AccountActs;
  readonly people: Pick<PersonBook, "add">;
  readonly organisations: Pick<OrganisationBook, "byCode">;
  readonly duties: AccountDutyBook;
  readonly suspicions: Pick<SuspicionBook, "suspends">;
  readonly clocks: Pick<AccountClocks, "keepDuties">;
  readonly enrolments: Pick<Rooms["enrolments"], "newEnrolment">;
  readonly audit: Rooms["audit"];
  /** Of the pack in force. */
  readonly numbers: () => AccountNumbers;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** The accounts as administrators keep them (ACC-2, ACC-7). */
export class AccountDesk implements AccountPort {
  readonly #parts: AccountDeskParts;

  constructor(parts: AccountDeskParts) {
    this.#parts = parts;
  }

  async list(
    filter: {
      search?: string | undefined;
      state?: AccountState | undefined;
      organisation?: string | undefined;
    },
    { limit, cursor }: PageRequest,
    act: Act,
  ): Promise<Page<AccountView>> {
    const { book, audit } = this.#parts;
    const { search, state } = filter;
    const after = afterName(cursor);
    const look = async (): Promise<Page<AccountView>> => {
      const organisation = await this.#organisationIn(filter.organisation, act.by);
      if (organisation === null) return { items: [], next: null };
      const rows = await book.list({ organisation, search, state, after, limit: limit + 1 });
      return pageByNames(rows, limit, ({ username }) => username, present);
    };
    return auditedLook(audit, act, "account.open", { list: "accounts", search, state }, look, countPage);
  }

  async open(username: string, history: PageRequest, act: Act): Promise<AccountInFull> {
    const { book, duties, suspicions, audit, now } = this.#parts;
    const before = afterId(history.cursor, "bigint");
    return auditedLook(audit, act, "account.open", { account: foldUsername(username) }, async () => {
      const account = await this.#within(username, act.by);
      const [events, open, suspicionWaits] = await Promise.all([
        book.history(account.id, { before, limit: history.limit + 1 }),
        duties.open({ person: account.id, limit: MOST_DUTIES }),
        suspicions.suspends(account.id),
      ]);
      return {
        ...present(account),
        duties: open.map((duty) => presentDuty(duty, act.by, now())),
        suspicionWaits,
        history: pageByIds(events, history.limit, presentEvent),
      };
    });
  }

  async add(
    asked: AskedAccount & { readonly organisation?: string | undefined },
    act: Act,
  ): Promise<{ account: AccountView; enrolment: EnrolmentView }> {
    const { book, people, audit, numbers, now } = this.#parts;
    const { by } = act;
    const errors = faultsOfNew(asked, by.roles, numbers(), now());
    if (errors.length > 0) throw new Problem("INPUT_INVALID", "The account was not made.", { errors });
    const username = foldUsername(asked.username);
    const organisation = await auditedRefusals(
      audit,
      act,
      "person.add",
      { account: username, of: asked.organisation },
      () => this.#organisationOf(asked.organisation ?? by.organisation.id, by),
    );
    const { fullName, roles, vetting, rank = null, trainedOn = null, covert = false } = asked;
    const made = { fullName, roles, rank, vetting, trainedOn, covert };
    await auditFirst(audit, act, "person.add", { account: username, of: organisation, ...made });
    const newPerson = { ...made, username, organisation, passwordHash: null, totpSecret: null };
    const person = await auditedDoing(audit, act, "person.add", { account: username, of: organisation }, () =>
      people.add(newPerson),
    );
    const deed = { by: by.person, reason: "New account", now: now() };
    await book.record(person.id, "added", made, deed);
    await this.#parts.clocks.keepDuties();
    const account = (await book.byId(person.id)) as Account;
    return { account: present(account), enrolment: await this.#link(account, act) };
  }

  async change(
    username: string,
    to: AccountChange,
    { version, reason }: Deliberate,
    act: Act,
  ): Promise<AccountView> {
    const { acts, numbers, now, clocks } = this.#parts;
    const account = await this.#toChange(username, version, act, "person.change");
    const errors = faultsOfChange(to, account, act.by.roles, numbers(), now());
    if (errors.length > 0) throw new Problem("INPUT_INVALID", "The account was not changed.", { errors });
    await acts.change(account, to, reason, handOf(act));
    await clocks.keepDuties();
    return present(await this.#within(account.username, act.by));
  }

  async setState(
    username: string,
    to: StateAct,
    { version, reason }: Deliberate,
    act: Act,
  ): Promise<AccountView> {
    const { acts, suspicions, audit } = this.#parts;
    const account = await this.#toChange(username, version, act, ACTIONS[to]);
    if (to === "reactivate" && (await suspicions.suspends(account.id))) {
      const subject = { account: account.username, rules: ["suspicion-is-decided-first"] };
      await auditOutcome(audit, act, ACTIONS[to], "refused", subject);
      throw new Problem(
        "CONFLICT",
        "Protective monitoring suspended this account. A supervisor decides about that, under suspicions.",
      );
    }
    await acts[to](account, reason, handOf(act));
    return present(await this.#within(account.username, act.by));
  }

  async enrol(
    username: string,
    { version, reason }: Deliberate,
    act: Act,
  ): Promise<EnrolmentView | DutyView> {
    const { book, duties, numbers, now } = this.#parts;
    const account = await this.#toChange(username, version, act, "person.enrol");
    if (account.state !== "invited" && account.state !== "active")
      throw new Problem(
        "CONFLICT",
        `The account ${account.username} is ${account.state}; a link needs an account in use.`,
      );
    const { person: by } = act.by;
    const since = now() - numbers().accounts.enrolmentHours * HOUR_MS;
    // A link for somebody who enrolled before is a way into their account: it takes two.
    const approvedBy = account.enrolled ? await duties.takeApproval({ person: account.id, by, since }) : null;
    if (approvedBy === undefined) return this.#askLink(account, reason, act);
    const enrolment = await this.#link(account, act);
    await book.record(account.id, "invited", approvedBy === null ? {} : { approvedBy }, {
      by,
      reason,
      now: now(),
    });
    return enrolment;
  }

  async #askLink(account: Account, reason: string, act: Act): Promise<DutyView> {
    const { duties, audit, numbers, now } = this.#parts;
    await auditOutcome(audit, act, "person.enrol", "asked", { account: account.username, reason });
    await duties.askLink({
      kind: "approve-link",
      person: account.id,
      organisation: account.organisation.id,
      by: act.by.person,
      reason,
      now: now(),
      due: now() + numbers().accounts.enrolmentHours * HOUR_MS,
    });
    const open = await duties.open({ person: account.id, limit: MOST_DUTIES });
    const waits = open.find(({ kind }) => kind === "approve-link");
    if (waits === undefined) throw changedMeanwhile(account.username);
    return presentDuty(waits, act.by, now());
  }

  async #link({ id, username, organisation }: Account, { by, requestId }: Act): Promise<EnrolmentView> {
    const { enrolments } = this.#parts;
    const { path, expires } = await enrolments.newEnrolment({ id, username, organisation }, by, requestId);
    return { link: path, expires: new Date(expires).toISOString() };
  }

  async #within(username: string, asker: SignedIn): Promise<Account> {
    const account = await this.#parts.book.byUsername(foldUsername(username));
    if (account === undefined || !withinRemit(asker, account.organisation.id))
      throw new Problem("NOT_FOUND", "There is no such account in your organisation.");
    return account;
  }

  /** The account as it was seen, for somebody who may change it; who may not is in the log. */
  async #toChange(username: string, version: number, act: Act, action: AuditAction): Promise<Account> {
    const subject = { account: foldUsername(username) };
    const account = await auditedRefusals(this.#parts.audit, act, action, subject, () =>
      this.#judged(username, act.by),
    );
    if (account.version !== version) throw changedMeanwhile(account.username);
    return account;
  }

  async #judged(username: string, by: SignedIn): Promise<Account> {
    const account = await this.#within(username, by);
    if (account.id === by.person)
      throw refusedBy(
        "account-is-somebody-else's",
        "Nobody changes the own account.",
        "Another administrator of your organisation, or a national one.",
      );
    if (account.roles.some((role) => NATIONAL_ROLES.includes(role)) && !by.roles.includes("nationaladmin"))
      throw refusedBy(
        "national-accounts-are-kept-nationally",
        "This account has a national role.",
        "The role nationaladmin.",
      );
    return account;
  }

  /** @throws Problem NOT_FOUND for one beyond the remit */
  async #organisationOf(asked: string | number, asker: SignedIn): Promise<number> {
    const organisation = await this.#organisationIn(asked, asker);
    if (organisation === null || organisation === undefined)
      throw new Problem("NOT_FOUND", "There is no such organisation in your remit.");
    return organisation;
  }

  /** The organisation that is asked about: undefined for all, null for one beyond the remit. */
  async #organisationIn(
    asked: string | number | undefined,
    asker: SignedIn,
  ): Promise<number | null | undefined> {
    if (asked === undefined) return remitOf(asker);
    const id = typeof asked === "number" ? asked : (await this.#parts.organisations.byCode(asked))?.id;
    return id !== undefined && (isNational(asker) || id === asker.organisation.id) ? id : null;
  }
}

const handOf = ({ by, requestId }: Act): Hand => ({
  name: by.username,
  person: by.person,
  organisation: by.organisation.id,
  requestId,
});

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
