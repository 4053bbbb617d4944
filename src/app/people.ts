import { Accounts } from "../identity/accounts/accounts.ts";
import { Tasks } from "../identity/tasks/tasks.ts";
import { Organisations } from "../identity/organisations/organisations.ts";
import { Suspicions } from "../identity/monitoring/suspicions.ts";
import type { Audited } from "../audit/audited.ts";
import { taskRules } from "../identity/tasks/seen-by.ts";
import { AccountClocks } from "../identity/tasks/account-clocks.ts";
import { ProtectiveMonitoring } from "../identity/monitoring/protective-monitoring.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import type { Job } from "../flow/job.ts";
import type { Database } from "../storage/postgres/database.ts";
import { PostgresAccountStore } from "../storage/postgres/identity/account-store.ts";
import { PostgresTaskStore } from "../storage/postgres/identity/task-store.ts";
import { PostgresActivity } from "../storage/postgres/identity/activity.ts";
import { PostgresOrganisationStore } from "../storage/postgres/identity/organisation-store.ts";
import { PostgresSuspicionStore } from "../storage/postgres/identity/suspicion-store.ts";

const LOOK_AGAIN_MS = 10_000;

export interface PeopleParts {
  readonly database: Database;
  readonly audited: Audited;
  /** The numbers of the pack in force. */
  readonly pack: () => PolicyNumbers;
  readonly now: () => number;
  /** Hears of a look of protective monitoring that failed. */
  readonly failed: (error: unknown) => void;
}

/** Everything about accounts and organisations, put together: their acts, their clocks, and protective monitoring. */
export function openPeople({ database, audited, pack, now, failed }: PeopleParts) {
  const store = new PostgresAccountStore(database);
  const taskStore = new PostgresTaskStore(database);
  const suspicionStore = new PostgresSuspicionStore(database);
  const organisationStore = new PostgresOrganisationStore(database);
  const numbers = () => pack().accounts;
  const activity = new PostgresActivity(database);
  const clocks = new AccountClocks({
    accounts: store,
    audited,
    tasks: taskStore,
    numbers,
    cameras: () => pack().cameras,
    loggedBefore: (moment) => activity.lastTimeBefore(moment),
    now,
  });
  const monitoring = new ProtectiveMonitoring({
    activity,
    accounts: store,
    suspicions: suspicionStore,
    audited,
    lock: (name) => database.lock(name),
    rules: () => pack().monitoring,
    now,
    failed,
  });
  const clock: Job = {
    name: "account-clocks",
    when: "*/10 * * * *",
    atStart: true,
    work: () => clocks.run(),
  };
  const keepTasks = (): Promise<void> => taskStore.keep(taskRules(numbers(), now()));
  return {
    acts: {
      accounts: new Accounts({
        store,
        organisations: organisationStore,
        tasks: taskStore,
        suspicions: suspicionStore,
        audited,
        numbers: pack,
        now,
      }),
      organisations: new Organisations({ store: organisationStore, keepTasks, audited, now }),
      tasks: new Tasks({ store: taskStore, audited, now }),
      suspicions: new Suspicions({ store: suspicionStore, audited, now }),
    },
    clock,
    /** How many tasks are open and overdue, and how many suspicions wait, in all organisations. */
    counts: async () => ({
      ...(await taskStore.counts(now(), null)),
      suspicions: await suspicionStore.waiting(null, null),
    }),
    /** Watches the log from now on, in this process or another. Out: ends it. */
    watch: async (): Promise<() => Promise<void>> => {
      await monitoring.start();
      const stopListening = await database.listen("audit_grew", () => monitoring.grew());
      // Beside the notices, which may be lost, and after a look that failed.
      const again = setInterval(() => monitoring.grew(), LOOK_AGAIN_MS);
      again.unref();
      return async () => {
        clearInterval(again);
        await stopListening();
        await monitoring.stop();
      };
    },
  };
}
