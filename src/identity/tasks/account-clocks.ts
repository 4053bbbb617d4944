import type { Account } from "../accounts/account.ts";
import type { AccountActs } from "../accounts/account-acts.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import { Problem } from "../../errors.ts";
import type { PolicyNumbers } from "../../policy/pack/numbers.ts";
import type { AccountDutyStore } from "./task.ts";
import type { Actor } from "../../audit/actor.ts";

const DAY_MS = 86_400_000;
/** How early a lapse of training or policy is told. No rule names it. */
const WARN_MS = 30 * DAY_MS;
/** Accounts taken in one step, so that a long list never stands in memory. */
const AT_ONCE = 200;
/** A log that was silent for longer, until a day ago, says that the machine's clock may have jumped. */
const SILENT_MS = 30 * DAY_MS;

export interface AccountClocksParts {
  readonly accounts: AccountStore;
  readonly acts: AccountActs;
  readonly duties: AccountDutyStore;
  readonly numbers: () => PolicyNumbers["accounts"];
  /** When the log's last entry before a moment was written (epoch ms); undefined for none. */
  readonly loggedBefore: (moment: number) => Promise<number | undefined>;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

const LAST_KEEPER =
  "Due to end, but nobody else here administers accounts: suspended until somebody ends it.";
/** In the log, the name of these clocks. */
const CLOCKS: Actor = { name: "account-clocks", person: null, organisation: null, requestId: null };

/**
 * The clocks of accounts, which run by themselves (ACC-3, ACC-4, ACC-7). Each run looks at what is on record and does what is
 * due; a run that stopped half-way is finished by the next, and a run with nothing due changes nothing.
 */
export class AccountClocks {
  readonly #parts: AccountClocksParts;

  constructor(parts: AccountClocksParts) {
    this.#parts = parts;
  }

  /** One run. @returns what was done, for the record of duties */
  async run(): Promise<string> {
    const { numbers } = this.#parts;
    if (await this.#mayHaveJumped())
      return "Nothing done: by this machine's clock nobody has used the service for a month. If the clock is right, these rules run in a day";
    await this.keepDuties();
    const { leaverHours: hours } = numbers();
    const left = await this.#endOverdue("end-leaver", `Ended by the service ${hours} hours after leaving.`);
    const suspended = await this.#suspendIdle();
    const unreviewed = await this.#endOverdue(
      "review-need",
      `Ended by the service: nobody reviewed the need within ${numbers().reviewDays} days of the suspension.`,
    );
    return `${suspended} suspended, ${unreviewed} ended without review, ${left} leavers ended`;
  }

  /** A clock that is months ahead would suspend everybody: there is a day to put it right (ACC-3). */
  async #mayHaveJumped(): Promise<boolean> {
    const { loggedBefore, now } = this.#parts;
    const yesterday = now() - DAY_MS;
    const last = await loggedBefore(yesterday);
    return last !== undefined && yesterday - last > SILENT_MS;
  }

  /** Brings the duties in line with what is on record: after a change nobody waits for the next run. */
  async keepDuties(): Promise<void> {
    const { duties, numbers, now } = this.#parts;
    const { trainingMonths: months, leaverHours: hours } = numbers();
    await duties.lapseLinks(now());
    await duties.keepLeavers({ hours, now: now() });
    await duties.keepTraining({ months, warnMs: WARN_MS, now: now() });
    await duties.keepPolicies({ warnMs: WARN_MS, now: now() });
  }

  async #suspendIdle(): Promise<number> {
    const { accounts, acts, numbers, now } = this.#parts;
    const days = numbers().idleSuspendDays;
    let count = 0;
    for (;;) {
      const idle = await accounts.idleSince(now() - days * DAY_MS, AT_ONCE);
      const done = await inTurn(idle, (account) =>
        acts.suspendIdle(account, `Not used for ${days} days.`, CLOCKS),
      );
      count += done;
      if (idle.length < AT_ONCE || done === 0) return count;
    }
  }

  async #endOverdue(kind: "review-need" | "end-leaver", reason: string): Promise<number> {
    const { accounts, acts, duties, now } = this.#parts;
    let count = 0;
    for (;;) {
      const ids = await duties.overdue(kind, now(), AT_ONCE);
      const due: Account[] = [];
      const kept: Account[] = [];
      for (const id of ids) {
        const account = await accounts.byId(id);
        if (account === undefined || account.state === "ended") continue;
        if (!(await accounts.isLastKeeper(account))) due.push(account);
        else if (account.state !== "suspended") kept.push(account);
      }
      // Without its last administrator nobody could come back in: suspended, the duty stays overdue for people to do.
      await inTurn(kept, (account) => acts.suspend(account, LAST_KEEPER, CLOCKS));
      const done = await inTurn(due, (account) => acts.end(account, reason, CLOCKS));
      count += done;
      if (ids.length < AT_ONCE || done === 0) return count;
    }
  }
}

/** One after the other; an account that somebody changes meanwhile is left to the next run. @returns how many were done */
async function inTurn(
  accounts: readonly Account[],
  act: (account: Account) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const account of accounts) {
    try {
      await act(account);
      done++;
    } catch (error) {
      if (!(error instanceof Problem && error.code === "CONFLICT")) throw error;
    }
  }
  return done;
}
