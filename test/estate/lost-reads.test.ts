import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRead, WholeApp } from "../app/whole-app.ts";

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

const page = async (username: string, path: string): Promise<string> => {
  const reply = await whole.fetch(path, { headers: { ...(await whole.as(username)), accept: "text/html" } });
  expect(reply.status).toBe(200);
  return (await reply.text()).replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ");
};

interface Task {
  readonly kind: string;
  readonly nrd: { readonly id: number; readonly name: string } | null;
}
const tasks = async (username: string): Promise<readonly Task[]> =>
  (await whole.call<{ items: readonly Task[] }>(username, "/v1/tasks")).body.items;

interface Line {
  readonly name: string;
  readonly state: string;
  readonly finding: string;
}
const doctor = async (name: string): Promise<Line | undefined> =>
  (await whole.call<{ lines: readonly Line[] }>("admin", "/v1/doctor")).body.lines.find(
    (line) => line.name === name,
  );

describe("a camera whose clock fell back to 1970", () => {
  it("is named on its page, with since when, as soon as its reads are refused", async () => {
    const results = await whole.send(Array.from({ length: 40 }, (_, at) => aRead(1, { at: 1_000 * at + 1 })));
    expect(new Set(results.map(({ code }) => code))).toEqual(new Set(["CAPTURED_BEYOND_RETENTION"]));
    const nrd = await whole.nrd(1);
    expect(await page("estate", `/nrds/${nrd}`)).toMatch(
      /The clock of this camera is wrong: 40 reads dated 1970 since \d/,
    );
    expect(await page("estate", `/nrds/${await whole.nrd(2)}`)).not.toContain("is wrong");
  });

  it("has its counts still after a restart, and its manager has a task; the doctor names it", async () => {
    await whole.stop();
    whole = await WholeApp.start(whole);
    const nrd = await whole.nrd(1);
    expect(await page("estate", `/nrds/${nrd}`)).toContain("40 reads dated 1970");
    await expect
      .poll(() => tasks("estate"))
      .toEqual([expect.objectContaining({ kind: "mend-camera", nrd: { id: nrd, name: "Site 1" } })]);
    expect(await page("estate", "/tasks")).toContain("Find out why reads of the camera Site 1 are lost");
    expect(await doctor("cameras")).toMatchObject({
      state: "warning",
      finding: expect.stringContaining(`NRD ${nrd} (Site 1): 40 reads dated 1970 since `),
    });
  });

  it("has no task any more once its losses lie far enough back", async () => {
    await whole.stores.database.exec(
      "update lost_read_count set last_at = last_at - interval '25 hours', first_at = first_at - interval '25 hours'",
    );
    await whole.stop();
    whole = await WholeApp.start(whole);
    await expect.poll(() => tasks("estate")).toEqual([]);
  });

  it("is seen by whoever keeps cameras, who sees no task about people", async () => {
    await whole.stores.database.exec(
      "insert into account_task (kind, organisation_id, opened_at, due_at) select 'renew-policy', id, now(), now() from organisation",
    );
    const seen = await tasks("admin");
    expect(seen.some(({ kind }) => kind === "renew-policy")).toBe(true);
    expect(await tasks("estate")).toEqual([]);
  });
});

describe("a sender that cannot be read", () => {
  it("is named on the page of its source, with how many and since when, and nothing of what it sent", async () => {
    for (let at = 0; at < 3; at++) {
      const reply = await whole.post("application/json", '{"vrm":"AB12CDE",');
      expect(reply.status).toBe(400);
    }
    const [source] = await whole.stores.sources.list({ organisation: null, limit: 1 });
    const shown = await page("nationaladmin", `/sources/${source?.id}`);
    expect(shown).toMatch(/3 unreadable messages since \d/);
    expect(shown).toContain("JSON_INVALID: The body is not valid JSON");
    expect(shown).not.toContain("AB12CDE");
  });
});
