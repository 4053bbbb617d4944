import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { onBothArchives } from "../../../test/servers/archive-twins.ts";
import { openClickHouse } from "./client.ts";
import { migrateClickHouse } from "./migrate.ts";

onBothArchives(
  "the archive, empty",
  (twin) => {
    describe("its migrations", () => {
      const migrations = mkdtempSync(join(tmpdir(), "waywarden-migrations-"));
      const write = (name: string, sql: string): void => writeFileSync(join(migrations, name), sql);
      afterAll(() => rmSync(migrations, { recursive: true }));

      it("run in order, once, and several statements a file", async () => {
        write(
          "0001-first.sql",
          "CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = Memory;\n-- more\nCREATE TABLE IF NOT EXISTS b (x UInt8) ENGINE = Memory;\n",
        );
        expect(await migrateClickHouse(twin.clickhouse, migrations)).toEqual(["0001-first.sql"]);
        write("0002-second.sql", "ALTER TABLE b ADD COLUMN IF NOT EXISTS y UInt8;\n");
        expect(await migrateClickHouse(twin.clickhouse, migrations)).toEqual(["0002-second.sql"]);
        expect(await migrateClickHouse(twin.clickhouse, migrations)).toEqual([]);
      });

      it("refuse a number that is not the next", async () => {
        write("0004-fourth.sql", "SELECT 1;\n");
        await expect(migrateClickHouse(twin.clickhouse, migrations)).rejects.toThrow("should be number 3");
        rmSync(join(migrations, "0004-fourth.sql"));
      });

      it("refuse a store that is newer than the program", async () => {
        rmSync(join(migrations, "0002-second.sql"));
        await expect(migrateClickHouse(twin.clickhouse, migrations)).rejects.toThrow("run a newer version");
        write("0002-second.sql", "ALTER TABLE b ADD COLUMN IF NOT EXISTS y UInt8;\n");
      });

      it("refuse a file that was changed after it was applied", async () => {
        write("0001-first.sql", "SELECT 1;\n");
        await expect(migrateClickHouse(twin.clickhouse, migrations)).rejects.toThrow("was changed");
      });
    });

    describe("its engine", () => {
      it("answers side by side while a long statement runs", async () => {
        const order: string[] = [];
        const slow = twin.clickhouse.query(
          "SELECT count() FROM numbers(400000000) WHERE number % 7 = {seven:UInt8}",
          {
            seven: 3,
          },
        );
        const quick = twin.clickhouse.query<{ x: number }>("SELECT {x:UInt8} AS x", { x: 5 });
        await Promise.all([slow.then(() => order.push("slow")), quick.then(() => order.push("quick"))]);
        expect(order).toEqual(["quick", "slow"]);
      });

      it("binds text and lists as data", async () => {
        const texts = ["it's", "a\\b", "'); DROP TABLE a; --", "tab\tand\nline", "é", ""];
        const [row] = await twin.clickhouse.query<{ one: string; all: string[]; numbers: number[] }>(
          "SELECT {one:String} AS one, {all:Array(String)} AS all, {numbers:Array(Int64)} AS numbers",
          { one: texts[2] as string, all: texts, numbers: [-1, 0, 1_795_176_000_000] },
        );
        expect(row).toEqual({ one: texts[2], all: texts, numbers: [-1, 0, 1_795_176_000_000] });
      });

      it("takes no more statements once closed", async () => {
        const other = await openClickHouse(twin.place);
        await other.close();
        await expect(other.query("SELECT 1")).rejects.toThrow("closed");
      });
    });
  },
  { migrated: false },
);
