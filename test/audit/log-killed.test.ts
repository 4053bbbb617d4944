import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { makeDatabase, putGovernedStore } from "../servers/governed-stores.ts";
import { KilledWriters } from "./killed-writers.ts";

const APPEND_STEPS = ["begun", "numbered", "inserted", "committed"].map((step) => `append-${step}`);
const PUBLISH_STEPS = ["begun", "grown", "signed", "remembered", "kept", "committed"].map(
  (step) => `publish-${step}`,
);

describe("the log, killed while it is written and published", () => {
  const embedded = new KilledWriters();
  afterAll(() => rmSync(embedded.folder, { recursive: true, force: true }));

  it(
    "keeps every acknowledged entry, has no gap and never forks, wherever it is killed",
    { timeout: 300_000 },
    async () => {
      const folder = join(embedded.folder, "postgres");
      await putGovernedStore(folder);
      for (const [round, step] of [...APPEND_STEPS, ...PUBLISH_STEPS, ...PUBLISH_STEPS].entries())
        await embedded.run(folder, { step, time: step.startsWith("append") ? 20 + round : 1 + (round % 4) });
      for (const afterLines of [40, 333, 777]) await embedded.run(folder, { afterLines });
      expect(embedded.acknowledged.size).toBeGreaterThan(1_000);
      expect(embedded.shown.length).toBeGreaterThan(20);
      const database = await openPglite(folder);
      await embedded.examine(database);
      await database.close();
    },
  );

  it(
    "does so when several processes write and publish on one server at once",
    { timeout: 300_000 },
    async () => {
      const server = await makeDatabase();
      if (server === undefined) return;
      const several = new KilledWriters();
      try {
        await several.run(server.url, { afterLines: 50 });
        const deaths = [
          { step: "publish-signed", time: 3 },
          { step: "publish-kept", time: 5 },
          { step: "append-inserted", time: 60 },
          { afterLines: 900 },
        ];
        await Promise.all(deaths.map((death) => several.run(server.url, death)));
        const database = await openServer(server.url);
        await several.examine(database);
        await database.close();
      } finally {
        await server.drop();
        rmSync(several.folder, { recursive: true, force: true });
      }
    },
  );
});
