import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../src/project-root.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { migrate, MIGRATIONS } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { onBothTwins } from "../servers/governed-twins.ts";

const heardWithin = (database: Database, channel: string, act: () => Promise<unknown>): Promise<void> =>
  new Promise((resolve, reject) => {
    database.listen(channel, resolve).then(act).catch(reject);
  });

onBothTwins("the governed store", (twin) => {
  it("finds nothing by a text that it cannot hold, and does not fail", async () => {
    const [row] = await twin.database.query<{ one: string; many: string[] }>(
      "select $1::text as one, $2::text[] as many",
      ["a\0b", ["c\0d", "e\ud800f", "whole \u{1F698}"]],
    );
    expect(row).toEqual({ one: "a\ufffdb", many: ["c\ufffdd", "e\ufffdf", "whole \u{1F698}"] });
  });

  it("reads every type of value the same way", async () => {
    const bytes = Buffer.from([0, 1, 255]);
    const at = new Date("2026-11-22T08:15:30.123Z");
    const [row] = await twin.database.query(
      `select 9007199254740991::int8 as big, array[1, 9007199254740991]::int8[] as bigs, 1.50::numeric as exact, 1.5::float8 as double, $1::bytea as bytes,
              $2::timestamptz as at, $3::jsonb as json, $4::text[] as texts, $5::bytea[] as many, null::text as nothing, true as yes`,
      [bytes, at, JSON.stringify(["a", { b: 1 }]), ["x,", '"\\', null], [bytes, null]],
    );
    expect(row).toMatchObject({
      big: 9007199254740991,
      bigs: [1, 9007199254740991],
      exact: "1.50",
      double: 1.5,
      at,
      json: ["a", { b: 1 }],
      texts: ["x,", '"\\', null],
      nothing: null,
      yes: true,
    });
    expect(Buffer.isBuffer((row as { bytes: Buffer }).bytes)).toBe(true);
    expect((row as { bytes: Buffer }).bytes).toEqual(bytes);
    expect(Buffer.from((row as { many: Buffer[] }).many[0] as Buffer)).toEqual(bytes);
  });

  it("refuses a whole number that JavaScript cannot hold", async () => {
    await expect(twin.database.query("select 9007199254740993::int8 as big")).rejects.toThrow(
      /9007199254740993/,
    );
  });

  it("tells the code and constraint of what it refuses", async () => {
    await twin.database.exec("create table once (id integer constraint only_once unique)");
    await twin.database.query("insert into once values (1)");
    await expect(twin.database.query("insert into once values (1)")).rejects.toMatchObject({
      name: "DatabaseError",
      code: "23505",
      constraint: "only_once",
    });
  });

  it("commits what resolved, rolls back what threw, and keeps others out of a transaction", async () => {
    await twin.database.exec("create table tally (who text)");
    const failing = twin.database.transaction(async (tx) => {
      await tx.query("insert into tally values ('rolled back')");
      throw new Error("no");
    });
    const outside = twin.database.query("insert into tally values ('outside')");
    const committed = twin.database.transaction(async (tx) => {
      await tx.query("insert into tally values ('first')");
      await tx.query("insert into tally values ('second')");
      return "done";
    });
    await expect(failing).rejects.toThrow("no");
    await outside;
    expect(await committed).toBe("done");
    const rows = await twin.database.query<{ who: string }>("select who from tally order by who");
    expect(rows.map((row) => row.who)).toEqual(["first", "outside", "second"]);
  });

  it("hears a notification", async () => {
    await heardWithin(twin.database, "a_channel", () =>
      twin.database.query("select pg_notify('a_channel', '')"),
    );
  });

  it("migrates once, and refuses a changed, missing or unknown migration", async () => {
    expect(await migrate(twin.database)).toEqual([]);
    const changed = mkdtempSync(join(tmpdir(), "waywarden-migrations-"));
    writeFileSync(join(changed, "0001-governed-store.sql"), "select 1");
    await expect(migrate(twin.database, changed)).rejects.toThrow(/changed after it was applied/);
    const gap = mkdtempSync(join(tmpdir(), "waywarden-migrations-"));
    writeFileSync(join(gap, "0002-second.sql"), "select 1");
    await expect(migrate(twin.database, gap)).rejects.toThrow(/should be number 1/);
    const empty = join(gap, "empty");
    mkdirSync(empty);
    writeFileSync(join(empty, "readme.txt"), "");
    expect(await migrate(twin.database, empty)).toEqual([]);
    expect(MIGRATIONS).toContain("migrations");
  });

  it("has the schema under review", async () => {
    const rows = await twin.database.query<{ line: string }>(SCHEMA);
    const lines = rows.map((row) => row.line).filter((line) => !/^(once|tally)[ .:]/.test(line));
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("governed-schema.snap.txt");
  });
});

/** Tables with columns, constraints, indexes and triggers, one line each; not-null constraints differ by version. */
const SCHEMA = `
select line from (
  select table_name || '.' || column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end
         || coalesce(' default ' || column_default, '') as line
    from information_schema.columns where table_schema = 'public'
  union all
  select conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid <> 0
  union all
  select tablename || ': ' || indexdef from pg_indexes where schemaname = 'public'
  union all
  select tgrelid::regclass || ': ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
) as lines order by line collate "C"`;

describe("the embedded store", () => {
  it("keeps every acknowledged row when its process is killed, and opens again over what was left behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "waywarden-killed-"));
    const script = join(folder, "child.mts");
    writeFileSync(
      script,
      `import { openPglite } from ${JSON.stringify(join(projectRoot, "src/storage/postgres/pglite.ts"))};
       const database = await openPglite(${JSON.stringify(join(folder, "store"))});
       await database.exec("create table if not exists kept (n integer)");
       for (let n = 1; ; n++) { await database.query("insert into kept values ($1)", [n]); process.stdout.write(n + "\\n"); }`,
    );
    let acknowledged = 0;
    const loader = join(projectRoot, "node_modules/tsx/dist/loader.mjs");
    const child = spawn(process.execPath, ["--import", loader, script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      acknowledged = Math.max(acknowledged, ...text.trim().split("\n").map(Number));
      if (acknowledged > 200) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.on("close", resolve));
    const database = await openPglite(join(folder, "store"));
    const [row] = await database.query<{ rows: number; last: number }>(
      "select count(*) as rows, max(n) as last from kept",
    );
    expect(row?.rows).toBe(row?.last);
    expect(row?.last).toBeGreaterThanOrEqual(acknowledged);
    await expect(openPglite(join(folder, "store"))).rejects.toThrow(/only one process may open it/);
    await database.close();
    await expect(database.query("select 1")).rejects.toThrow(/closed/);
  });
});
