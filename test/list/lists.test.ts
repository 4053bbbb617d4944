import { aCaller } from "../identity/a-caller.ts";
import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import { Audited } from "../../src/audit/audited.ts";
import { Lists } from "../../src/list/lists.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresListStore } from "../../src/storage/postgres/list/list-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

onBothTwins("what the log says of lists", (twin) => {
  async function someLists() {
    const { organisation, person } = await aPerson(twin.database);
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const lists = new Lists(new PostgresListStore(twin.database, () => NOON), new Audited(log));
    const caller = aCaller(person);
    const list = await lists.create(
      { name: "Stolen", purpose: "Recover vehicles", priority: "low", category: "crime" },
      caller,
    );
    const about = async (vrm: string) =>
      (await log.find({ vrm, organisation: organisation.id, limit: 9 }))
        .map(({ action, outcome }) => `${action} ${outcome}`)
        .reverse();
    return { lists, caller, list: String(list.id), log, about };
  }
  const entry = (vrm: string) => ({ vrm, reason: "Stolen", instruction: "Stop" });

  it("is found by the VRM that was put on one or taken from it, however it was written", async () => {
    const { lists, caller, list, log, about } = await someLists();
    const [added] = await lists.add(
      list,
      [entry("ab12 cde"), entry("AB13CDE"), entry("not a plate!!")],
      caller,
    );
    const csv = Readable.from(["vrm,reason,instruction\nab14cde,Stolen,Stop\nAB-15 CDE,Stolen,Stop\n"]);
    for await (const verdict of await lists.importCsv(list, { csv }, caller))
      expect(verdict.verdict).toBe("added");
    await lists.remove(list, (added as { id: string }).id, "Found", caller);
    expect(await about("AB12CDE")).toEqual([
      "list.entry.add asked",
      "list.entry.add done",
      "list.entry.remove done",
    ]);
    expect(await about("AB15CDE")).toEqual(["list.import asked", "list.import done"]);
    const many = Array.from({ length: 2_500 }, (_, n) =>
      entry(`AB${10 + (n % 90)}C${String.fromCharCode(65 + (n % 26))}E`),
    );
    await lists.add(list, many, caller);
    const batches = await log.find({ action: "list.entry.add", outcome: "asked", limit: 3 });
    expect(batches.map(({ subject }) => subject["count"])).toEqual([500, 1_000, 1_000]);
  });

  it("has an import that was given up, as failed", async () => {
    const { lists, caller, list, log } = await someLists();
    const csv = new PassThrough();
    const rows = await lists.importCsv(list, { csv }, caller);
    const first = rows.next();
    csv.write("vrm,reason,instruction\nab14cde,Stolen,Stop\n");
    csv.destroy();
    await expect(first).rejects.toThrow("before it was complete");
    const [last] = await log.find({ action: "list.import", limit: 1 });
    expect(last).toMatchObject({ outcome: "failed", subject: { list } });
  });

  it("has every attempt on another organisation's list, as refused", async () => {
    const { list } = await someLists();
    const { lists, caller, log } = await someLists();
    const rows = async (): Promise<void> => {
      for await (const row of await lists.importCsv(list, { csv: Readable.from(["vrm\nAB12CDE\n"]) }, caller))
        void row;
    };
    const attempts = [
      ["list.entry.add", () => lists.add(list, [entry("AB12CDE")], caller)],
      ["list.import", rows],
      ["list.entry.remove", () => lists.remove(list, "1", "Because", caller)],
      ["list.open", () => lists.entries(list, { limit: 5 }, caller)],
    ] as const;
    for (const [action, attempt] of attempts) {
      await expect(attempt(), action).rejects.toMatchObject({ code: "NOT_FOUND" });
      const [last] = await log.find({ limit: 1 });
      expect(last).toMatchObject({ action, outcome: "refused", actor: caller.username });
    }
  });
});
