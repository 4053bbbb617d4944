import { expect, it } from "vitest";
import { problemFrom } from "../../src/api/http/problem-from.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { makeDatabase } from "../servers/governed-stores.ts";

const server = await makeDatabase();

it.skipIf(server === undefined)(
  "a statement that takes too long is ended and answered as busy; schemas and maintenance take what they take",
  async () => {
    const database = await openServer(server?.url ?? "", { statementSeconds: 1, connections: 1 });
    const error = await database.query("select pg_sleep(60)").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "57014" });
    expect(problemFrom(error)).toMatchObject({ code: "NOT_READY", status: 503 });
    const inside = database.transaction((tx) => tx.query("select pg_sleep(60)"));
    await expect(inside).rejects.toMatchObject({ code: "57014" });

    const [told] = await database.query<{ set: string }>(
      "select current_setting('statement_timeout') as set",
    );
    expect(told).toEqual({ set: "1s" });
    await database.exec("create table told as select current_setting('statement_timeout') as set");
    await database.transaction((tx) =>
      tx.exec("insert into told select current_setting('statement_timeout')"),
    );
    expect(await database.query("select * from told")).toEqual([{ set: "0" }, { set: "0" }]);
    expect(await database.query("select current_setting('statement_timeout') as again")).toEqual([
      { again: "1s" },
    ]);
    await database.close();
    await server?.drop();
  },
);
