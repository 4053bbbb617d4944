import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../src/project-root.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import { startClickHouse, type ClickHouseServer } from "./clickhouse.ts";
import { until } from "../until.ts";

let server: ClickHouseServer;
beforeAll(async () => {
  server = await startClickHouse();
});
afterAll(() => server?.stop());

describe("the ClickHouse server of the tests", () => {
  it("lets only who knows the password do anything", async () => {
    const { origin, pathname } = new URL(server.url);
    const nobody = await openClickHouse({ url: `${origin}${pathname}` });
    const asked = nobody.command("CREATE TABLE mine (x UInt8) ENGINE = Memory");
    await expect(asked).rejects.toThrow(/Not enough privileges/);
    await nobody.close();
    const wrong = server.url.replace(/:[^:@]*@/, ":wrong@");
    await expect(openClickHouse({ url: wrong })).rejects.toThrow(/Authentication failed/);
  });

  it("keeps what it has when it is killed and started again", async () => {
    const before = await openClickHouse({ url: server.url });
    await before.command(
      "CREATE TABLE kept (x UInt8) ENGINE = MergeTree ORDER BY x SETTINGS fsync_after_insert = 1",
    );
    await before.insert("kept", ["x"], Buffer.from("7\n"));
    await before.close();
    await server.kill();
    await expect(openClickHouse({ url: server.url })).rejects.toThrow();
    await server.start();
    const after = await openClickHouse({ url: server.url });
    expect(await after.query("SELECT x FROM kept")).toEqual([{ x: 7 }]);
    await after.close();
  });

  it("answers late, and not never, when it stood still meanwhile", async () => {
    const client = await openClickHouse({ url: server.url });
    server.pause();
    const asked = client.query("SELECT 1 AS one");
    server.goOn();
    expect(await asked).toEqual([{ one: 1 }]);
    await client.close();
  });

  it("ends with the process that started it, however that ended", async () => {
    const TMPDIR = mkdtempSync(join(tmpdir(), "waywarden-parent-"));
    const program = `import { startClickHouse } from "./test/servers/clickhouse.ts"; console.log((await startClickHouse()).url);`;
    const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      cwd: projectRoot,
      env: { ...process.env, TMPDIR },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [url] = (await once(parent.stdout, "data")) as [Buffer];
    const { origin } = new URL(url.toString().trim());
    expect((await fetch(`${origin}/ping`)).status).toBe(200);
    parent.kill("SIGKILL");
    await until(() => expect(fetch(`${origin}/ping`)).rejects.toThrow());
    rmSync(TMPDIR, { recursive: true, force: true });
  });
});
