import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatReadId } from "../../src/archive/read.ts";
import { archiveOf } from "./archive-of.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { randomVrm, seeded } from "./bodies.ts";
import { PatientSender, type AcknowledgedRead } from "./crash-load.ts";
import { liveNrds } from "./ingest.ts";
import type { Figure } from "./report.ts";
import { ServiceUnderTest } from "./service.ts";

const CONNECTIONS = 8;

/**
 * Kills the service without warning in the middle of load, again and again. Afterwards every acknowledged read must be in the
 * archive exactly once, and every one on a list must have raised exactly one hit.
 */
export async function benchCrash(scale: { kills: number }): Promise<Figure[]> {
  await using service = await ServiceUnderTest.start();
  const random = seeded(5);
  const listed = Array.from({ length: 500 }, () => randomVrm(random));
  await fillList(service, listed);
  const sender = new PatientSender(await liveNrds(service), listed, random);
  const headers = {
    authorization: `Bearer ${service.people().feedTokens[0]}`,
    "content-type": "application/x-ndjson",
  };
  const target = { port: service.port, path: "/v1/reads", headers };
  for (let kill = 0; kill < scale.kills; kill++) {
    let killed = false;
    const sending = sender.send(target, CONNECTIONS, () => killed);
    await sleep(1_500 + random() * 2_000);
    killed = true;
    await service.kill();
    await sending;
    await service.start();
  }
  await sender.send(target, CONNECTIONS, () => true);
  await service.stop();
  const found = await count(service.folder, sender.acknowledged);
  const note = `${scale.kills} kills, ${sender.acknowledged.length} reads acknowledged, ${sender.repeated} messages sent again`;
  return [
    {
      measure: "acknowledged reads lost",
      value: found.readsLost,
      unit: "reads",
      target: { atMost: 0 },
      note,
    },
    { measure: "reads doubled", value: found.readsDoubled, unit: "reads", target: { atMost: 0 } },
    {
      measure: "hits lost",
      value: found.hitsLost,
      unit: "hits",
      target: { atMost: 0 },
      note: `${found.hits} hits`,
    },
    { measure: "hits doubled", value: found.hitsDoubled, unit: "hits", target: { atMost: 0 } },
  ];
}

async function fillList(service: ServiceUnderTest, vrms: readonly string[]): Promise<void> {
  const session = await service.signIn("listmanager");
  const list = await service.call<{ id: number | string }>("/v1/lists", session, {
    name: "Crash test",
    purpose: "Measuring what a crash loses",
    priority: "low",
    category: "test",
  });
  const entries = vrms.map((vrm) => ({
    vrm,
    reason: "Benchmark",
    instruction: "None: measurement",
    priority: "low",
  }));
  const added = await service.call<{ results: readonly { id: string }[] }>(
    `/v1/lists/${list.id}/entries`,
    session,
    entries,
  );
  const second = await service.signIn("listchecker");
  await service.call(`/v1/lists/${list.id}/confirm`, second, {
    entries: added.results.map(({ id }) => id),
  });
}

/** Looks into the stopped service's stores behind its back, as an auditor would. */
async function count(
  folder: string,
  acknowledged: readonly AcknowledgedRead[],
): Promise<{ readsLost: number; readsDoubled: number; hits: number; hitsLost: number; hitsDoubled: number }> {
  const clickhouse = await archiveOf(folder);
  const rows = await clickhouse.query<{ nrd: number; at: number; n: number; vrm: string; copies: number }>(
    "select nrd, toUnixTimestamp64Milli(captured) as at, n, vrm, count() as copies from reads group by all",
  );
  await clickhouse.close();
  const ids = new Set(rows.map(({ nrd, at, n }) => formatReadId(nrd, at, n)));
  const vehicles = new Map<string, number>();
  for (const { nrd, at, vrm, copies } of rows) {
    const key = `${nrd}/${at}/${vrm}`;
    vehicles.set(key, (vehicles.get(key) ?? 0) + copies);
  }
  const postgres = await openPglite(join(folder, "postgres"));
  const hits = await postgres.query<{ read_id: string; copies: number }>(
    "select read_id, count(*)::int as copies from hit group by read_id",
  );
  await postgres.close();
  const hitReads = new Set(hits.map(({ read_id }) => read_id));
  const expected = acknowledged.filter(({ listed }) => listed);
  return {
    readsLost: acknowledged.filter(({ readId }) => !ids.has(readId)).length,
    readsDoubled: [...vehicles.values()].filter((copies) => copies > 1).length,
    hits: hits.length,
    hitsLost: expected.filter(({ readId }) => !hitReads.has(readId)).length,
    hitsDoubled: hits.filter(({ copies }) => copies > 1).length,
  };
}
