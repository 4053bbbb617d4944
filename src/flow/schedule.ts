import { Cron } from "croner";
import type { ClaimedRun, Job, JobStore } from "./job.ts";

/**
 * Runs jobs at their times and records when each began and how it ended (RET-1: always in operation). A job never runs beside
 * itself, in this process or another; one that fails is recorded, reported, and tried again at its next time.
 */
export class Schedule {
  readonly #store: JobStore;
  readonly #failed: (job: string, error: unknown) => void;
  #crons: Cron[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(store: JobStore, failed: (job: string, error: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  start(jobs: readonly Job[]): void {
    this.#crons = jobs.map(
      (job) =>
        new Cron(job.when, { timezone: "UTC", protect: true, unref: true }, (cron: Cron) =>
          this.#run(job, cron.previousRuns(1, new Date(Date.now() + 1))[0] as Date),
        ),
    );
    for (const job of jobs) if (job.atStart) void this.#run(job, new Date());
  }

  /** Starts nothing more, and resolves when what runs has ended. */
  async stop(): Promise<void> {
    for (const cron of this.#crons) cron.stop();
    await Promise.all(this.#running);
  }

  async #run(job: Job, due: Date): Promise<void> {
    const run = this.#claimAndWork(job, due).catch((error: unknown) => this.#failed(job.name, error));
    this.#running.add(run);
    await run;
    this.#running.delete(run);
  }

  async #claimAndWork({ name, everywhere, work }: Job, due: Date): Promise<void> {
    const run = everywhere ? await this.#store.begin(name) : await this.#store.claim(name, due);
    if (run !== null) await this.#work(name, work, run);
  }

  async #work(name: string, work: Job["work"], run: ClaimedRun): Promise<void> {
    let done: string;
    try {
      done = await work();
    } catch (error) {
      this.#failed(name, error);
      return run.ended("failed", String(error));
    }
    await run.ended("done", done);
  }
}
