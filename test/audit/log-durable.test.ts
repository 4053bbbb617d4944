import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { logSigner } from "../../src/audit/log-key.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { requireDurable } from "../../src/storage/postgres/durable.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const entry = {
  actor: "investigator",
  organisation: 1,
  action: "enquiry.ask",
  outcome: "asked",
  subject: {},
  requestId: null,
} as const;

onBothTwins(
  "the log on a store that would rather not wait for its disk",
  (twin) => {
    /** The store with a setting of its administrator's, telling what held when a transaction was about to commit. */
    function set(to: string): { database: Database; held: string[] } {
      const held: string[] = [];
      const database: Database = {
        engine: twin.name,
        query: (sql, parameters) => twin.database.query(sql, parameters),
        exec: (sql) => twin.database.exec(sql),
        listen: (channel, heard) => twin.database.listen(channel, heard),
        lock: (name) => twin.database.lock(name),
        close: () => Promise.resolve(),
        transaction: (work) =>
          twin.database.transaction(async (tx) => {
            await tx.exec(`set local synchronous_commit = ${to}`);
            const result = await work(tx);
            const [row] = await tx.query<{ held: string }>(
              "select current_setting('synchronous_commit') as held",
            );
            held.push(row?.held ?? "");
            return result;
          }),
      };
      return { database, held };
    }

    it.each([
      ["off", "on"],
      ["local", "on"],
      ["remote_apply", "remote_apply"],
    ])("waits for the disk at every entry and checkpoint where %s is set", async (to, expected) => {
      const { database, held } = set(to);
      await new PostgresAuditLog(database, () => NOON).append(entry);
      await new Publisher(new PostgresLogStore(database), logSigner(privateKey), () => NOON).publish();
      expect(held).toEqual([expected, expected]);
    });

    it("is not begun where nothing is written to the disk at all", async () => {
      await requireDurable(twin.database);
      // PGlite has no configuration that somebody could change behind our back: its worker turns fsync on.
      if (twin.name === "pglite") return;
      const fsync = async (to: "on" | "off"): Promise<void> => {
        await twin.database.exec(`alter system set fsync = ${to}`);
        await twin.database.query("select pg_reload_conf()");
      };
      await fsync("off");
      await expect
        .poll(() => requireDurable(twin.database).catch(String))
        .toMatch(/fsync off.*Set fsync = on/);
      await fsync("on");
      await expect.poll(() => requireDurable(twin.database).catch(String)).toBeUndefined();
    });
  },
  { ownServer: true },
);
