import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemFrom } from "../../src/api/http/problem-from.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { startPostgres, type PostgresServer } from "../servers/postgres.ts";

const server: PostgresServer | undefined = await startPostgres();

/** Asks all the time, in eight places at once, and keeps what was answered and what failed. */
function load(database: Database) {
  const failures: unknown[] = [];
  let answered = 0;
  const over = new AbortController();
  const one = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const ask =
        answered % 2 === 0
          ? database.query("select count(*) from generate_series(1, 2000)")
          : database.transaction(async (tx) => {
              await tx.query("insert into written default values");
              return tx.query("select pg_sleep(0.01)");
            });
      await ask.then(
        () => answered++,
        async (error: unknown) => {
          failures.push(error);
          await new Promise((wait) => setTimeout(wait, 20));
        },
      );
    }
  };
  const running = Promise.all(Array.from({ length: 8 }, one));
  return {
    failures,
    answered: () => answered,
    end: async (): Promise<void> => {
      over.abort();
      await running;
    },
  };
}

describe.skipIf(server === undefined)("a PostgreSQL server under load", () => {
  let database: Database;
  beforeAll(async () => {
    database = await openServer(server?.url ?? "");
    await database.exec("create table written (id bigint generated always as identity)");
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  it("that is killed and started again fails what was asked as gone, ends nothing, and answers again", async () => {
    let heard = 0;
    await database.listen("news", () => heard++);
    const asking = load(database);
    await expect.poll(asking.answered).toBeGreaterThan(20);
    await server?.killAndStart();
    const before = asking.answered();
    await expect.poll(asking.answered).toBeGreaterThan(before + 20);
    await asking.end();
    expect(asking.failures.length).toBeGreaterThan(0);
    for (const error of asking.failures) {
      expect(error).toMatchObject({ name: "StoreGone" });
      expect(problemFrom(error)).toMatchObject({ code: "NOT_READY", status: 503, retryAfter: 5 });
    }
    await expect
      .poll(async () => {
        await database.query("notify news");
        return heard;
      })
      .toBeGreaterThan(0);
  });

  it("that freezes, its connections with it, is gone within seconds and answers again once it goes on", async () => {
    const asking = load(database);
    await expect.poll(asking.answered).toBeGreaterThan(20);
    const goOn = server?.freeze();
    await expect.poll(() => asking.failures.length).toBeGreaterThan(0);
    // Far sooner than the statement's own 30 seconds: it was the pulse that told.
    expect(asking.failures[0]).toMatchObject({
      name: "StoreGone",
      message: "The governed store does not answer.",
    });
    await expect(database.query("select 1")).rejects.toMatchObject({ name: "StoreGone" });
    goOn?.();
    const before = asking.answered();
    await expect.poll(asking.answered).toBeGreaterThan(before + 20);
    await asking.end();
  });

  it("that cannot be reached is said to be gone", async () => {
    await expect(openServer("postgres://nobody@127.0.0.1:1/none")).rejects.toMatchObject({
      name: "StoreGone",
    });
  });
});
