import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WholeApp } from "./whole-app.ts";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

const lines = (event: string): readonly Record<string, unknown>[] =>
  whole.logged.filter((line) => line["event"] === event);

describe("a service that stands", () => {
  it("says in its log that it starts, which migrations ran, and where it listens", () => {
    expect(lines("starting")).toEqual([
      expect.objectContaining({ roles: ["ingest", "web", "jobs"], version: expect.stringMatching(/^\d/) }),
    ]);
    expect(lines("migrated").map(({ store }) => store)).toContain("archive");
    expect(lines("started")).toEqual([expect.objectContaining({ url: whole.app.url })]);
  });

  it("is not ready while its governed store answers and does not write, and says why; then it is again", async () => {
    await whole.stores.database.exec(`create function no_space() returns trigger language plpgsql as
        $$ begin raise 'No space left on device'; end $$;
      create trigger no_space before insert on written for each statement execute function no_space()`);
    const full = await whole.fetch("/readyz");
    expect(full.status).toBe(503);
    expect(((await full.json()) as { checks: unknown }).checks).toContainEqual({
      name: "governed store",
      ok: false,
      detail: "No space left on device",
    });
    expect(lines("readiness").at(-1)).toMatchObject({ level: 50, ready: false });
    await whole.stores.database.exec("drop trigger no_space on written");
    await expect.poll(async () => (await whole.fetch("/readyz")).status).toBe(200);
    expect(lines("readiness").at(-1)).toMatchObject({ level: 30, ready: true });
  });

  it("says that it stops, and when it has", async () => {
    await whole.stop();
    expect(lines("stopping")).toHaveLength(1);
    expect(lines("stopped")).toHaveLength(1);
  });
});
