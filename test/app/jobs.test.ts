import { expect, it } from "vitest";
import type { JobStore } from "../../src/flow/job.ts";
import { Schedule } from "../../src/flow/schedule.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { PostgresJobStore } from "../../src/storage/postgres/job-store.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { makeDatabase } from "../servers/governed-stores.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const due = new Date(NOON);
const later = new Date(NOON + 60_000);

const everyFirstOfMay = (work: () => Promise<string>, atStart = true) =>
  ({ name: "yearly", when: "0 0 1 5 *", atStart, work }) as const;

onBothTwins("jobs", (twin) => {
  it("are remembered: when each last ran and how that ended", async () => {
    const jobs = new PostgresJobStore(twin.database, () => NOON);
    const run = await jobs.claim("quarantine-expiry", due);
    expect(await jobs.all()).toMatchObject([
      { name: "quarantine-expiry", lastFinished: null, outcome: null },
    ]);
    await run?.ended("failed", "disk full");
    expect(await jobs.all()).toMatchObject([
      { lastFinished: new Date(NOON), outcome: "failed", detail: "disk full" },
    ]);
  });

  it("are done once for each time they are due", async () => {
    const jobs = new PostgresJobStore(twin.database, () => NOON);
    const run = await jobs.claim("compaction", due);
    expect(run).not.toBeNull();
    expect(await jobs.claim("compaction", later)).toBeNull();
    await run?.ended("done", "merged");
    expect(await jobs.claim("compaction", due)).toBeNull();
    const next = await jobs.claim("compaction", later);
    expect(next).not.toBeNull();
    await next?.ended("done", "merged");
  });

  it("are done again where the clock they were done by was ahead, as it turned out", async () => {
    const DAY = 86_400_000;
    const wrong = new PostgresJobStore(twin.database, () => NOON + 400 * DAY);
    await (await wrong.claim("erasing", new Date(NOON + 400 * DAY)))?.ended("done", "too early");
    const right = new PostgresJobStore(twin.database, () => NOON);
    const run = await right.claim("erasing", due);
    expect(run).not.toBeNull();
    await run?.ended("done", "in time");
    expect(await right.claim("erasing", due)).toBeNull();
  });

  it("that each process does for itself wait for nobody", async () => {
    const jobs = new PostgresJobStore(twin.database, () => NOON);
    const runs = [await jobs.begin("refusal-counts"), await jobs.begin("refusal-counts")];
    for (const run of runs) await run.ended("done", "written");
    expect((await jobs.all()).find(({ name }) => name === "refusal-counts")).toMatchObject({
      outcome: "done",
    });
  });

  it("that fail are said and recorded, and so is a store that cannot record", async () => {
    const failed: string[] = [];
    const tell = (job: string, error: unknown): number => failed.push(`${job}: ${String(error)}`);
    const schedule = new Schedule(new PostgresJobStore(twin.database, Date.now), tell);
    schedule.start([everyFirstOfMay(() => Promise.reject(new Error("no room")))]);
    await schedule.stop();
    expect(failed).toEqual(["yearly: Error: no room"]);
    expect((await new PostgresJobStore(twin.database, Date.now).all()).at(-1)).toMatchObject({
      name: "yearly",
      outcome: "failed",
      detail: "Error: no room",
    });

    const gone: JobStore = {
      claim: () => Promise.reject(new Error("store gone")),
      begin: () => Promise.reject(new Error("store gone")),
      all: async () => [],
    };
    const without = new Schedule(gone, tell);
    without.start([everyFirstOfMay(async () => "never")]);
    await without.stop();
    expect(failed.at(-1)).toBe("yearly: Error: store gone");
  });
});

it("two processes on one store: one does the job, and what one left when it died the other does", async ({
  skip,
}) => {
  const made = await makeDatabase();
  if (made === undefined) return skip();
  const open: Database[] = [await openServer(made.url), await openServer(made.url)];
  const [one, other] = open as [Database, Database];
  try {
    const jobsOf = (database: Database) => new PostgresJobStore(database, () => NOON);
    const run = await jobsOf(one).claim("retention", due);
    expect(run).not.toBeNull();
    expect(await jobsOf(other).claim("retention", later)).toBeNull();
    // Its connections end, as with the process that held them; nothing says how the run went.
    await one.close();
    let taken = null;
    await expect.poll(async () => (taken ??= await jobsOf(other).claim("retention", due))).not.toBeNull();
    expect(await other.lock("job retention")).toBeNull();

    // The connection that held the lock breaks while the run goes on; the locks are there again for the next.
    await other.query(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
    );
    await (taken as unknown as { ended(outcome: "done", detail: string): Promise<void> }).ended(
      "done",
      "late",
    );
    await expect
      .poll(async () => {
        const unlock = await other.lock("another").catch(() => null);
        await unlock?.();
        return unlock;
      })
      .not.toBeNull();
  } finally {
    for (const database of open) await database.close();
    await made.drop();
  }
});

it("has a lock that many share, and that nobody has alone meanwhile", async ({ skip }) => {
  const made = await makeDatabase();
  if (made === undefined) return skip();
  const open = await Promise.all([1, 2, 3].map(() => openServer(made.url)));
  const [one, other, third] = open as [Database, Database, Database];
  try {
    const ends = [await one.lock("keys", { shared: true }), await other.lock("keys", { shared: true })];
    expect(ends).not.toContain(null);
    await ends[0]?.();
    expect(await third.lock("keys")).toBeNull();
    await ends[1]?.();
    expect(await third.lock("keys")).not.toBeNull();
    expect(await one.lock("keys", { shared: true })).toBeNull();
  } finally {
    for (const database of open) await database.close();
    await made.drop();
  }
});
