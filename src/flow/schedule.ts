import { Cron } from "croner";
import type { DutyStore } from "./job.ts";

/** Something that must be done again and again, whether anyone thinks of it or not. */
export interface ScheduledDuty {
  readonly name: string;
  /** Cron pattern, UTC. */
  readonly when: string;
  /** Also at start. */
  readonly atStart: boolean;
  /** What was done, in a sentence for the record. */
  readonly work: () => Promise<string>;
}

/**
 * Runs duties at their times and records when each began and how it ended (RET-1: always in operation). A duty never runs
 * beside itself; one that fails is recorded, reported, and tried again at its next time.
 */
export class Schedule {
  readonly #store: DutyStore;
  readonly #failed: (duty: string, error: unknown) => void;
  #crons: Cron[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(store: DutyStore, failed: (duty: string, error: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  start(duties: readonly ScheduledDuty[]): void {
    this.#crons = duties.map(
      (duty) => new Cron(duty.when, { timezone: "UTC", protect: true, unref: true }, () => this.#run(duty)),
    );
    for (const duty of duties) if (duty.atStart) void this.#run(duty);
  }

  /** Starts nothing more, and resolves when what runs has ended. */
  async stop(): Promise<void> {
    for (const cron of this.#crons) cron.stop();
    await Promise.all(this.#running);
  }

  async #run(duty: ScheduledDuty): Promise<void> {
    const run = this.#record(duty);
    this.#running.add(run);
    await run;
    this.#running.delete(run);
  }

  async #record({ name, work }: ScheduledDuty): Promise<void> {
    try {
      await this.#store.started(name);
      await this.#store.finished(name, "done", await work());
    } catch (error) {
      this.#failed(name, error);
      await this.#store
        .finished(name, "failed", String(error))
        .catch((cause: unknown) => this.#failed(name, cause));
    }
  }
}
