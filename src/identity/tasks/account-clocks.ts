import { accountActs } from "../../audit/acts/account.ts";
import { service } from "../../audit/actor.ts";
import type { Audited } from "../../audit/audited.ts";
import { Problem } from "../../errors.ts";
import type { PolicyNumbers } from "../../policy/pack/numbers.ts";
import type { Account } from "../accounts/account.ts";
import type { StateAct } from "../accounts/account-state.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import { moveAccount } from "../accounts/move-account.ts";
import { taskRules } from "./seen-by.ts";
import type { CameraRules, NewTask, TaskStore } from "./task.ts";

const DAY_MS = 86_400_000;
/** Accounts taken in one step, so that a long list never stands in memory. */
const AT_ONCE = 200;
/** A log that was silent for longer, until a day ago, says that the machine's clock may have jumped. */
const SILENT_MS = 30 * DAY_MS;

export interface AccountClocksParts {
  readonly accounts: AccountStore;
  readonly audited: Audited;
  readonly tasks: TaskStore;
  readonly numbers: () => PolicyNumbers["accounts"];
  readonly cameras: () => CameraRules;
  /** When the log's last entry before a moment was written (epoch ms); undefined for none. */
  readonly loggedBefore: (moment: number) => Promise<number | undefined>;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

const LAST_KEEPER =
  "Due to end, but nobody else here administers accounts: suspended until somebody ends it.";
/** In the log, the name of these clocks. */
const CLOCKS = "account-clocks";

/**
 * The clocks of accounts, which run by themselves (ACC-3, ACC-4, ACC-7). Each run looks at what is on record and does what is
 * due; a run that stopped half-way is finished by the next, and a run with nothing due changes nothing.
 */
export class AccountClocks {
  readonly #parts: AccountClocksParts;

  constructor(parts: AccountClocksParts) {
    this.#parts = parts;
  }

  /** One run. @returns what was done, for the record of jobs */
  async run(): Promise<string> {
    const { tasks, numbers, cameras, now } = this.#parts;
    if (await this.#mayHaveJumped())
      return "Nothing done: by this machine's clock nobody used the service for a month. If it is right, they run in a day";
    await tasks.keep({ ...taskRules(numbers(), now()), cameras: cameras() });
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

  async #suspendIdle(): Promise<number> {
    const { accounts, numbers, now } = this.#parts;
    const { idleSuspendDays: days, reviewDays } = numbers();
    let count = 0;
    for (;;) {
      const idle = await accounts.idleSince(now() - days * DAY_MS, AT_ONCE);
      // Suspended for want of use, the need is reviewed within the pack's days (ACC-3).
      const opens = { kind: "review-need", due: now() + reviewDays * DAY_MS } as const;
      const done = await inTurn(idle, (account) =>
        this.#move(account, "suspend", `Not used for ${days} days.`, opens),
      );
      count += done;
      if (idle.length < AT_ONCE || done === 0) return count;
    }
  }

  async #endOverdue(kind: "review-need" | "end-leaver", reason: string): Promise<number> {
    const { accounts, tasks, now } = this.#parts;
    let count = 0;
    for (;;) {
      const ids = await tasks.overdue(kind, now(), AT_ONCE);
      const due: Account[] = [];
      const kept: Account[] = [];
      for (const id of ids) {
        const account = await accounts.byId(id);
        if (account === undefined || account.state === "ended") continue;
        if (!(await accounts.isLastKeeper(account))) due.push(account);
        else if (account.state !== "suspended") kept.push(account);
      }
      // Without its last administrator nobody could come back in: suspended, the task stays overdue for people to do.
      await inTurn(kept, (account) => this.#move(account, "suspend", LAST_KEEPER));
      const done = await inTurn(due, (account) => this.#move(account, "end", reason));
      count += done;
      if (ids.length < AT_ONCE || done === 0) return count;
    }
  }

  /** What the clocks do to an account is for the auditors of its organisation to see. */
  #move(account: Account, act: StateAct, reason: string, opens?: NewTask): Promise<void> {
    const { accounts, audited, now } = this.#parts;
    const actor = { ...service(CLOCKS), organisation: account.organisation.id };
    const note = { by: null, reason, now: now() };
    return audited.do(actor, accountActs[act], { account: account.username, reason }, (entry) =>
      moveAccount(accounts, entry, account, { act, note, ...(opens === undefined ? {} : { opens }) }),
    );
  }
}

/** One after the other; an account that somebody changes meanwhile is left to the next run. @returns how many were done */
async function inTurn(
  accounts: readonly Account[],
  move: (account: Account) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const account of accounts) {
    try {
      await move(account);
      done++;
    } catch (error) {
      if (!(error instanceof Problem && error.code === "CONFLICT")) throw error;
    }
  }
  return done;
}
