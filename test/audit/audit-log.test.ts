import { expect, it } from "vitest";
import { leafHashOf } from "../../src/audit/tlog/hash.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { alongside } from "../../src/storage/postgres/along.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

onBothTwins("the audit log", (twin) => {
  const entry = (reason: string) =>
    ({
      actor: "investigator",
      organisation: 1,
      action: "enquiry.ask",
      outcome: "allowed",
      subject: { reason, z: 1, a: [1.5] },
      requestId: "r",
    }) as const;

  it("numbers entries from 0 without gaps, from two writers at once", async () => {
    const one = new PostgresAuditLog(twin.database, () => NOON);
    const two = new PostgresAuditLog(twin.database, () => NOON);
    const entries = await Promise.all(
      Array.from({ length: 300 }, (_, n) => (n % 2 ? one : two).append(entry(`${n}`))),
    );
    expect(entries.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, n) => n),
    );
  });

  it("reads back what was hashed, whatever characters the subject holds", async () => {
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const appended = await log.append(entry("nul \0, half a pair \ud800, ünï"));
    const [read] = await log.from(appended.index, 1);
    expect(read).toEqual(appended);
    const [kept] = await twin.database.query<{ leaf: Buffer }>(
      "select leaf from audit_entry where index = $1",
      [appended.index],
    );
    expect(leafHashOf(kept!.leaf)).toEqual(appended.leafHash);
  });

  it("finds by actor and action, newest first, page by page", async () => {
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const page = await log.find({ actor: "investigator", action: "enquiry.ask", organisation: 1, limit: 2 });
    const next = await log.find({ before: page[1]!.index, limit: 2 });
    expect([...page, ...next].map(({ index }) => index)).toEqual([300, 299, 298, 297]);
    expect(await log.find({ actor: "nobody", limit: 1 })).toEqual([]);
  });

  it("keeps a change with its entry, or neither of them, and the rest of the group all the same", async () => {
    await twin.database.exec("create table beside (text text primary key)");
    const log = new PostgresAuditLog(twin.database, () => NOON);
    const beside = (text: string) => alongside("insert into beside (text) values ($1)", [text]);
    const before = (await log.find({ limit: 1 }))[0]!.index;
    const { index } = await log.append(entry("with a change"), beside("one"));
    expect(index).toBe(before + 1);
    expect(await twin.database.query("select text from beside")).toEqual([{ text: "one" }]);
    await expect(log.append(entry("with one that fails"), beside("one"))).rejects.toThrow();
    expect((await log.find({ limit: 1 }))[0]!.index).toBe(index);
    const [bad, good] = await Promise.allSettled([
      log.append(entry("with what no store takes"), alongside("select $1::text::integer", ["no number"])),
      log.append(entry("beside it"), beside("two")),
    ]);
    expect([bad.status, good.status]).toEqual(["rejected", "fulfilled"]);
    expect(await twin.database.query("select text from beside order by text")).toEqual([
      { text: "one" },
      { text: "two" },
    ]);
  });

  it("refuses to be changed, shortened or emptied", async () => {
    for (const sql of [
      "update audit_entry set action = 'x'",
      "delete from audit_entry",
      "truncate audit_entry",
    ]) {
      await expect(twin.database.query(sql)).rejects.toThrow(/only grows/);
    }
  });
});
