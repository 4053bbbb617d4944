import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { ListDesk } from "../../src/list/lists.ts";
import type { Act } from "../../src/api/ports.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresListBook } from "../../src/storage/postgres/list/list-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

onBothTwins("what the log says of lists", (twin) => {
  async function aDesk() {
    const { organisation, person } = await aPerson(twin.database);
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const desk = new ListDesk(new PostgresListBook(twin.database, () => NOON), log);
    const by = { person: person.id, username: person.username, organisation: { id: organisation.id } };
    const act = { by, requestId: null } as unknown as Act;
    const list = await desk.create(
      { name: "Stolen", purpose: "Recover vehicles", priority: "low", category: "crime" },
      act,
    );
    const about = async (vrm: string) =>
      (await log.find({ vrm, organisation: organisation.id, limit: 9 }))
        .map(({ action }) => action)
        .reverse();
    return { desk, act, list: list.id, log, about };
  }
  const entry = (vrm: string) => ({ vrm, reason: "Stolen", instruction: "Stop" });

  it("is found by the VRM that was put on one or taken from it, however it was written", async () => {
    const { desk, act, list, log, about } = await aDesk();
    const [added] = await desk.add(list, [entry("ab12 cde"), entry("AB13CDE"), entry("not a plate!!")], act);
    const csv = Readable.from(["vrm,reason,instruction\nab14cde,Stolen,Stop\nAB-15 CDE,Stolen,Stop\n"]);
    for await (const verdict of desk.importCsv(list, csv, act)) expect(verdict.verdict).toBe("added");
    await desk.remove(list, (added as { id: string }).id, "Found", act);
    expect(await about("AB12CDE")).toEqual(["list.entry.add", "list.entry.remove"]);
    expect(await about("AB15CDE")).toEqual(["list.import"]);
    const many = Array.from({ length: 2_500 }, (_, n) =>
      entry(`AB${10 + (n % 90)}C${String.fromCharCode(65 + (n % 26))}E`),
    );
    await desk.add(list, many, act);
    const batches = await log.find({ action: "list.entry.add", limit: 3 });
    expect(batches.map(({ subject }) => subject["count"])).toEqual([500, 1_000, 1_000]);
  });

  it("has every attempt on another organisation's list, as refused", async () => {
    const { list } = await aDesk();
    const { desk, act, log } = await aDesk();
    const rows = async (): Promise<void> => {
      for await (const row of desk.importCsv(list, Readable.from(["vrm\nAB12CDE\n"]), act)) void row;
    };
    const attempts = [
      ["list.entry.add", () => desk.add(list, [entry("AB12CDE")], act)],
      ["list.import", rows],
      ["list.entry.remove", () => desk.remove(list, "1", "Because", act)],
      ["list.open", () => desk.entries(list, { limit: 5 }, act)],
    ] as const;
    for (const [action, attempt] of attempts) {
      await expect(attempt(), action).rejects.toMatchObject({ code: "NOT_FOUND" });
      const [last] = await log.find({ limit: 1 });
      expect(last).toMatchObject({ action, outcome: "refused", actor: act.by.username });
    }
  });
});
