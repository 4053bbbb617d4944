import { accountActs } from "../../audit/acts/account.ts";
import { suspicionActs } from "../../audit/acts/suspicion.ts";
import { service } from "../../audit/actor.ts";
import type { Audited } from "../../audit/audited.ts";
import type { Account } from "../accounts/account.ts";
import type { AccountStore } from "../accounts/account-store.ts";
import { rulesAbout, type MonitoringRule } from "./rules.ts";
import type { Activity, Evidence, SuspicionStore } from "./suspicion.ts";

const MINUTE_MS = 60_000;
/** What comes within this time is looked at together, so that a busy log costs a few looks a second and no more. */
const GATHER_MS = 250;
/** Who the log names where monitoring acts, and the lock under which one process looks. */
export const MONITORING = "protective-monitoring";

export interface ProtectiveMonitoringParts {
  readonly activity: Activity;
  readonly accounts: Pick<AccountStore, "byUsername">;
  readonly suspicions: Pick<SuspicionStore, "before" | "raise">;
  readonly audited: Audited;
  /** Of several processes one looks at a time, so that each suspicion is raised once; null where another is at it. */
  readonly lock: (name: string) => Promise<(() => Promise<void>) | null>;
  /** The rules of the pack in force. */
  readonly rules: () => readonly MonitoringRule[];
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
  /** Hears of a look that failed; it is tried again with the next entry, or soon after. */
  readonly failed: (error: unknown) => void;
}

/**
 * Watches the log for misuse and for attempts to get round the controls, and acts (ACC-5, ACC-8, AUD-5): off the path of the
 * request, one look at a time. It keeps nothing in memory but the index it has reached. After a start it looks once at
 * everybody within the longest window, so that what was written before a stop is not missed.
 */
export class ProtectiveMonitoring {
  readonly #parts: ProtectiveMonitoringParts;
  #reached = -1;
  #looking: Promise<void> | undefined;
  #grew = false;
  #stopped = false;

  constructor(parts: ProtectiveMonitoringParts) {
    this.#parts = parts;
  }

  /** Begins with the longest window of the rules. */
  async start(): Promise<void> {
    const longest = Math.max(0, ...this.#parts.rules().map(({ minutes }) => minutes));
    const { activity, now } = this.#parts;
    // Back from the newest entry, not from now: what was written before the service was away is looked at when it is back.
    const newest = (await activity.lastTimeBefore(now() + 1)) ?? now();
    this.#reached = await activity.lastBefore(newest - longest * MINUTE_MS);
    this.grew();
  }

  /** The log has new entries. */
  grew(): void {
    this.#grew = true;
    if (this.#looking !== undefined || this.#stopped) return;
    this.#looking = this.#lookWhileItGrows().finally(() => {
      this.#looking = undefined;
      if (this.#grew) this.grew();
    });
  }

  /** Looks at nothing more, and resolves when the look under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#looking;
  }

  async #lookWhileItGrows(): Promise<void> {
    while (this.#grew && !this.#stopped) {
      this.#grew = false;
      try {
        await this.look();
      } catch (error) {
        this.#parts.failed(error);
      }
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    }
  }

  /** Looks at everybody who wrote watched entries since the last look; again soon where another process is looking. */
  async look(): Promise<void> {
    const unlock = await this.#parts.lock(MONITORING);
    if (unlock === null) {
      this.#grew = true;
      return;
    }
    try {
      await this.#lookAlone();
    } finally {
      await unlock();
    }
  }

  async #lookAlone(): Promise<void> {
    const { activity } = this.#parts;
    const last = await activity.last();
    const actors = await activity.actorsBetween(this.#reached, last);
    for (const { actor, actions, newest } of actors) await this.#lookAt(actor, actions, newest.getTime());
    this.#reached = last;
  }

  async #lookAt(actor: string, actions: readonly string[], newest: number): Promise<void> {
    const { accounts, rules } = this.#parts;
    const about = rulesAbout(actions, rules());
    if (about.length === 0) return;
    const account = await accounts.byUsername(actor);
    if (account?.state !== "active") return;
    for (const rule of about) if (await this.#breaks(account, rule, newest)) return;
  }

  /**
   * @param newest when the newest entry was written that is looked at (epoch ms): the rule's minutes end there
   * @returns whether the account was suspended, so that no further rule is looked at
   */
  async #breaks(account: Account, rule: MonitoringRule, newest: number): Promise<boolean> {
    const { activity, suspicions, now } = this.#parts;
    const { waits, decidedIndex } = await suspicions.before(account.id, rule.name);
    if (waits) return false;
    // What somebody has decided about is not held against the person again.
    // Time in the log never goes back, so that after a clock was set back it may be ahead of ours.
    const later = { than: Math.min(newest, now()) - rule.minutes * MINUTE_MS, thanIndex: decidedIndex };
    const evidence = await activity.observe(rule.kind, account, later);
    if (evidence.count < rule.count) return false;
    await this.#raise(account, rule, evidence);
    return rule.effect === "suspend";
  }

  /** Puts the suspicion on record and, where the rule suspends, suspends the account with it. */
  async #raise(account: Account, rule: MonitoringRule, evidence: Evidence): Promise<void> {
    const { audited, suspicions, now } = this.#parts;
    const { id: person, username, organisation } = account;
    const { name, effect, why } = rule;
    const actor = { ...service(MONITORING), organisation: organisation.id };
    const subject = { account: username, person, rule: name, effect, why, ...evidence };
    await audited.do(actor, suspicionActs.raise, subject, async () => {
      const raise = () =>
        suspicions.raise({ person, organisation: organisation.id, rule, evidence, now: now() });
      await (effect === "suspend"
        ? audited.do(actor, accountActs.suspend, { account: username, person, reason: why }, raise)
        : raise());
    });
  }
}
