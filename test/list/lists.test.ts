import { aCaller } from "../identity/a-caller.ts";
import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import { Audited } from "../../src/audit/audited.ts";
import { Lists } from "../../src/list/lists.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresListStore } from "../../src/storage/postgres/list/list-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

const PACK = loadPolicyPack("policies/uk");

onBothTwins("what the log says of lists", (twin) => {
  async function someLists() {
    const { organisation, person } = await aPerson(twin.database);
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const lists = new Lists({
      store: new PostgresListStore(twin.database, () => NOON),
      audited: new Audited(log),
      numbers: () => PACK,
      readsLike: (pattern) => Promise.resolve(pattern === "AB1*" ? 7 * 100 + 1 : 700),
      now: () => NOON,
    });
    const caller = aCaller(person);
    const list = await lists.create(
      { name: "Stolen", purpose: "Recover stolen vehicles", priority: "low", category: "crime" },
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
      for await (const row of await lists.importCsv(
        list,
        { csv: Readable.from(["vrm,reason,instruction\nAB12CDE,Stolen,Stop\n"]) },
        caller,
      ))
        void row;
    };
    const attempts = [
      ["list.entry.add", () => lists.add(list, [entry("AB12CDE")], caller)],
      ["list.import", rows],
      ["list.entry.remove", () => lists.remove(list, "1", "Because", caller)],
      ["list.entry.confirm", () => lists.confirm(list, ["1"], caller)],
      ["list.open", () => lists.entries(list, {}, { limit: 5 }, caller)],
    ] as const;
    for (const [action, attempt] of attempts) {
      await expect(attempt(), action).rejects.toMatchObject({ code: "NOT_FOUND" });
      const [last] = await log.find({ limit: 1 });
      expect(last).toMatchObject({ action, outcome: "refused", actor: caller.username });
    }
  });

  it("has no entry in which somebody wrote whose it is, and says what to do instead", async () => {
    const { lists, caller, list, log } = await someLists();
    const personal = { ...entry("AB77CDE"), warnings: "Call her on 07700 900123" };
    const [refused, taken] = await lists.add(list, [personal, entry("AB78CDE")], caller);
    expect([refused, taken]).toMatchObject([
      { verdict: "refused", code: "PERSONAL_DETAILS", path: "warnings" },
      { verdict: "added", awaiting: true },
    ]);
    const removed = lists.remove(list, taken?.id ?? "", "Mr Example, born 01/02/1990", caller);
    await expect(removed).rejects.toMatchObject({
      code: "INPUT_INVALID",
      errors: [{ path: "reason", code: "PERSONAL_DETAILS" }],
    });
    const entries = await log.find({ limit: 5 });
    expect(JSON.stringify(entries)).not.toMatch(/07700|1990/);
    expect(entries[0]).toMatchObject({
      action: "list.entry.remove",
      outcome: "failed",
      subject: { codes: ["INPUT_INVALID", "PERSONAL_DETAILS"] },
    });
  });

  it("has a list and its entries only with a purpose and reasons that say something", async () => {
    const { lists, caller, list } = await someLists();
    const made = {
      name: "Another",
      purpose: "see case file, for intel",
      priority: "low",
      category: "x",
    } as const;
    await expect(lists.create(made, caller)).rejects.toMatchObject({
      errors: [{ path: "purpose", code: "REASON_NOT_SPECIFIC" }],
    });
    const vague = { ...entry("AB12CDE"), reason: "police enquiry" };
    expect(await lists.add(list, [vague], caller)).toMatchObject([{ code: "REASON_NOT_SPECIFIC" }]);
  });

  it("ends every entry within the days of the pack, and takes none that ends later", async () => {
    const { lists, caller, list } = await someLists();
    const longest = NOON + PACK.lists.maximumDays * 86_400_000;
    const given = [
      entry("AB12CDE"),
      { ...entry("AB13CDE"), validUntil: longest + 1 },
      { ...entry("AB14CDE"), validUntil: NOON },
    ];
    expect(await lists.add(list, given, caller)).toMatchObject([
      { verdict: "added" },
      { verdict: "refused", code: "VALIDITY_INVALID" },
      { verdict: "refused", code: "VALIDITY_INVALID" },
    ]);
    const { items } = await lists.entries(list, {}, { limit: 5 }, caller);
    expect(items.map(({ validUntil }) => validUntil?.getTime())).toEqual([longest]);
  });

  it("bounds a pattern by the reads that it would have matched, and says how many", async () => {
    const { lists, caller, list } = await someLists();
    expect(await lists.add(list, [entry("AB1*"), entry("AB2*")], caller)).toMatchObject([
      {
        code: "PATTERN_TOO_WIDE",
        message: expect.stringContaining("701 reads in the last 7 days, 101 a day"),
      },
      { verdict: "added" },
    ]);
  });

  it("lets an entry that is matched everywhere, is urgent or tells to stop wait for a second person", async () => {
    const { lists, caller, list } = await someLists();
    const { person } = await aPerson(twin.database);
    const second = aCaller({ ...person, organisation: caller.organisation });
    const here = { scope: { nrds: [1] }, instruction: "Report" };
    const wide = { area: { kind: "circle", centre: { lat: 54, lon: -2 }, radiusMetres: 900_000 } } as const;
    const added = await lists.add(
      list,
      [
        { ...entry("AB21CDE"), ...here },
        { ...entry("AB22CDE"), instruction: "Report" },
        { ...entry("AB23CDE"), ...here, priority: "high" },
        { ...entry("AB24CDE"), ...here, instruction: "STOP; call control" },
        { ...entry("AB25CDE"), ...here, scope: wide },
      ],
      caller,
    );
    expect(added.map(({ awaiting }) => awaiting ?? false)).toEqual([false, true, true, true, true]);
    const waiting = added.slice(1).map(({ id }) => id as string);
    expect(await lists.confirm(list, waiting.slice(0, 1), caller)).toMatchObject([
      { verdict: "refused", code: "a-second-person-decides" },
    ]);
    expect(await lists.confirm(list, [...waiting, added[0]?.id as string], second)).toMatchObject([
      { verdict: "confirmed" },
      { verdict: "confirmed" },
      { verdict: "confirmed" },
      { verdict: "confirmed" },
      { verdict: "refused", code: "CONFLICT" },
    ]);
    const { items } = await lists.entries(list, { state: "active" }, { limit: 9 }, caller);
    expect(items).toHaveLength(5);
    const urgent = { ...entry("AB21CDE"), ...here, priority: "high" as const };
    const [again] = await lists.add(list, [urgent], caller);
    expect(again).toMatchObject({ verdict: "added", awaiting: true });
    await lists.confirm(list, [again?.id as string], second);
    const now = await lists.entries(list, {}, { limit: 9 }, caller);
    expect(now.items.map(({ vrm, state, priority }) => [vrm, state, priority])).toEqual(
      expect.arrayContaining([
        ["AB21CDE", "removed", "low"],
        ["AB21CDE", "active", "high"],
      ]),
    );
  });
});
