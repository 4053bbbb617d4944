import type { Actor } from "../../audit/actor.ts";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { AuditAction } from "../../audit/vocabulary.ts";
import { Problem } from "../../errors.ts";
import type { DutyToOpen } from "../tasks/task.ts";
import type { Account, AccountChange } from "./account.ts";
import type { AccountStore } from "./account-store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface AccountActsParts {
  readonly store: AccountStore;
  readonly audit: Pick<AuditLog, "append">;
  /** The days and hours of the pack in force. */
  readonly numbers: () => { readonly reviewDays: number; readonly roleChangeReviewDays: number };
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/**
 * What is done to an account, by whomever: written to the log first, then done with its history and its duties (ACC-2 to
 * ACC-5). An account is invited, active, suspended or ended. Suspended and ended accounts have no session from that moment;
 * an ended one never comes back, and its username is never given again.
 */
export class AccountActs {
  readonly #parts: AccountActsParts;

  constructor(parts: AccountActsParts) {
    this.#parts = parts;
  }

  /** @throws Problem CONFLICT when the account is not in use, or was changed meanwhile */
  async suspend(account: Account, reason: string, by: Actor): Promise<void> {
    if (account.state !== "active" && account.state !== "invited")
      throw unfit(account, "Only an account that is in use can be suspended.");
    await this.#setState(account, { to: "suspended", reason, by, action: "person.suspend" });
  }

  /** Suspends for want of use, and opens the duty to review the need within the pack's days (ACC-3). */
  async suspendIdle(account: Account, reason: string, by: Actor): Promise<void> {
    const due = this.#parts.now() + this.#parts.numbers().reviewDays * DAY_MS;
    const opens = { kind: "review-need", due } as const;
    await this.#setState(account, { to: "suspended", reason, by, action: "person.suspend", opens });
  }

  /** @throws Problem CONFLICT when the account is not suspended, or was changed meanwhile */
  async reactivate(account: Account, reason: string, by: Actor): Promise<void> {
    if (account.state !== "suspended") throw unfit(account, "Only a suspended account can be reactivated.");
    await this.#setState(account, { to: "active", reason, by, action: "person.reactivate" });
  }

  /** @throws Problem CONFLICT when the account has ended already, or was changed meanwhile */
  async end(account: Account, reason: string, by: Actor): Promise<void> {
    if (account.state === "ended") throw unfit(account, "It cannot be ended again.");
    await this.#setState(account, { to: "ended", reason, by, action: "person.end" });
  }

  /** Changes roles, rank, vetting, training …; another set of roles opens the review of permissions (ACC-4). */
  async change(account: Account, asked: AccountChange, reason: string, by: Actor): Promise<void> {
    if (account.state === "ended") throw unfit(account, "An ended account cannot be changed.");
    const { store, now } = this.#parts;
    const to = differing(account, asked);
    if (Object.keys(to).length === 0) return;
    await this.#log(account, by, "person.change", { before: pick(account, to), after: to, reason });
    const done = await store.change(
      account,
      to,
      { by: by.person, reason, now: now() },
      to.roles === undefined ? undefined : this.#reviewOfPermissions(),
    );
    if (!done) throw await this.#changedMeanwhile(account, by, "person.change");
  }

  #reviewOfPermissions(): DutyToOpen {
    const { now, numbers } = this.#parts;
    return { kind: "review-permissions", due: now() + numbers().roleChangeReviewDays * DAY_MS };
  }

  async #setState(
    account: Account,
    {
      to,
      reason,
      by,
      action,
      opens,
    }: {
      to: "active" | "suspended" | "ended";
      reason: string;
      by: Actor;
      action: AuditAction;
      opens?: DutyToOpen;
    },
  ): Promise<void> {
    const { store, now } = this.#parts;
    await this.#log(account, by, action, { before: { state: account.state }, after: { state: to }, reason });
    const { id, version } = account;
    const done = await store.setState({
      account: id,
      version,
      to,
      by: by.person,
      reason,
      now: now(),
      ...(opens === undefined ? {} : { opens }),
    });
    if (!done) throw await this.#changedMeanwhile(account, by, action);
  }

  /** What the log said would be done was not: a second entry says so. */
  async #changedMeanwhile(account: Account, by: Actor, action: AuditAction): Promise<Problem> {
    await this.#log(account, by, action, { why: "changed meanwhile" }, "failed");
    return changedMeanwhile(account.username);
  }

  async #log(
    account: Account,
    by: Actor,
    action: AuditAction,
    more: Record<string, unknown>,
    outcome: "allowed" | "failed" = "allowed",
  ): Promise<void> {
    await this.#parts.audit.append({
      actor: by.name,
      // What the service does by itself is within the remit of the auditors of the account's organisation.
      organisation: by.organisation ?? account.organisation.id,
      action,
      outcome,
      subject: { account: account.username, person: account.id, ...more },
      requestId: by.requestId,
    });
  }
}

/** Somebody else changed the account since it was looked at. */
export const changedMeanwhile = (username: string): Problem =>
  new Problem(
    "CONFLICT",
    `The account ${username} has changed since you opened it. Check it again before you decide.`,
  );

const unfit = ({ username, state }: Account, rule: string): Problem =>
  new Problem("CONFLICT", `The account ${username} is ${state}. ${rule}`);

const MEMBERS = ["fullName", "roles", "rank", "vetting", "trainedOn", "covert", "leavesOn"] as const;

/** Of what is asked, what is not so already. */
export function differing(account: Account, to: AccountChange): AccountChange {
  return Object.fromEntries(
    MEMBERS.filter(
      (member) => to[member] !== undefined && JSON.stringify(to[member]) !== JSON.stringify(account[member]),
    ).map((member) => [member, to[member]]),
  );
}

/** The same members as they are now. */
export const pick = (account: Account, to: AccountChange): Record<string, unknown> =>
  Object.fromEntries(MEMBERS.filter((member) => member in to).map((member) => [member, account[member]]));
