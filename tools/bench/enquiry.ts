import http from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouse } from "../../src/storage/clickhouse/clickhouse.ts";
import { archiveOf } from "./archive-of.ts";
import { randomVrm, ReadBatch, seeded, type BenchNrd } from "./bodies.ts";
import { post } from "./load.ts";
import { quantile, type Figure } from "./report.ts";
import { ServiceUnderTest } from "./service.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const INSERT_ROWS = 5_000_000;

interface ListedNrd extends BenchNrd {
  readonly id: number;
}

/**
 * Enquiries through the API, decision and audit entry included, over an archive of generated reads, while more reads come in.
 * The archive is filled behind the service's back, as no load could fill it in time; what is measured goes through the front.
 */
export async function benchEnquiry(scale: {
  reads: number;
  days: number;
  rate: number;
  asked: number;
}): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-bench-"));
  try {
    const nrds = await registerNrds(folder);
    const stored = await fillArchive(folder, nrds, scale);
    await using service = await ServiceUnderTest.start({ folder });
    const session = await service.signIn("investigator");
    const stop = new AbortController();
    const load = steadyLoad(service, nrds, scale.rate, stop.signal);
    await sleep(5_000);
    const vrm = await askMany(service, session, scale.asked, (random, now) => ({
      kind: "vrm",
      vrm: stored.vrms[Math.floor(random() * stored.vrms.length)],
      from: iso(now - 365 * DAY_MS),
      to: iso(now + HOUR_MS),
    }));
    const hour = await askMany(service, session, scale.asked, (random, now) => {
      const from = now - Math.floor(random() * scale.days * DAY_MS);
      return { kind: "place", nrds: [pick(nrds, random).id], from: iso(from), to: iso(from + HOUR_MS) };
    });
    const fifty = await askMany(service, session, scale.asked, (random, now) => {
      const from = now - Math.floor(random() * scale.days * DAY_MS);
      const ids = Array.from({ length: 50 }, () => pick(nrds, random).id);
      return { kind: "place", nrds: [...new Set(ids)], from: iso(from), to: iso(from + 3 * HOUR_MS) };
    });
    stop.abort();
    const sent = await load;
    return [
      {
        measure: "reads in the archive",
        value: stored.rows,
        unit: "reads",
        note: `${scale.days} days, filled in ${stored.seconds.toFixed(0)} s`,
      },
      {
        measure: "stored bytes a read, projection included",
        value: stored.bytesARead,
        unit: "bytes",
        target: { atMost: 25 },
      },
      { measure: "reads coming in meanwhile", value: sent, unit: "reads/s" },
      ...figures("VRM enquiry, 12 months", vrm, 60),
      ...figures("one NRD, one hour", hour, 60),
      ...figures("50 NRDs, three hours", fifty, 150),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const iso = (at: number): string => new Date(at).toISOString();
const pick = <T>(from: readonly T[], random: () => number): T =>
  from[Math.floor(random() * from.length)] as T;

async function registerNrds(folder: string): Promise<ListedNrd[]> {
  await using service = await ServiceUnderTest.start({ folder });
  const session = await service.signIn("estate");
  const nrds: ListedNrd[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: { items: ListedNrd[]; next: string | null } = await service.call(
      `/v1/nrds?state=live&limit=500${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      session,
    );
    nrds.push(...page.items);
    cursor = page.next;
  }
  return nrds;
}

/** Writes reads of a fleet whose vehicles are seen some ten times each, spread over days and NRDs. */
async function fillArchive(
  folder: string,
  nrds: readonly ListedNrd[],
  scale: { reads: number; days: number },
): Promise<{ rows: number; seconds: number; bytesARead: number; vrms: string[] }> {
  const clickhouse = await archiveOf(folder);
  const started = performance.now();
  const perDay = Math.round(scale.reads / scale.days);
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  for (let day = 0; day < scale.days; day++) {
    for (let done = 0; done < perDay; done += INSERT_ROWS) {
      const rows = Math.min(INSERT_ROWS, perDay - done);
      await clickhouse.command(
        generator(nrds.length, rows, today - (day + 1) * DAY_MS, day * perDay + done, scale.reads / 10),
      );
    }
    const partition = new Date(today - (day + 1) * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "");
    await clickhouse.command(`optimize table reads partition ${partition} final`);
  }
  const seconds = (performance.now() - started) / 1000;
  const facts = await storedFacts(clickhouse);
  const vrms = await clickhouse.query<{ vrm: string }>(
    "select distinct vrm from reads where cityHash64(vrm) % 100000 = 7 limit 2000",
  );
  await clickhouse.close();
  return { ...facts, seconds, vrms: vrms.map(({ vrm }) => vrm) };
}

/** One insert of random reads; NRD ids of a fresh service run from 1. */
export const generator = (
  nrds: number,
  rows: number,
  dayStart: number,
  offset: number,
  fleet: number,
): string => `
  insert into reads (nrd, captured, vrm, sent_form, sent, delay, confidence, direction, lane, country)
  select
    1 + rand(1) % ${nrds},
    fromUnixTimestamp64Milli(toInt64(${dayStart} + rand(2) % ${DAY_MS}), 'UTC'),
    concat(
      substring('ABCDEFGHJKLMNOPRSTUVWXY', 1 + vehicle % 23, 1), substring('ABCDEFGHJKLMNOPRSTUVWXY', 1 + intDiv(vehicle, 23) % 23, 1),
      leftPad(toString(2 + intDiv(vehicle, 529) % 24), 2, '0'),
      substring('ABCDEFGHJKLMNOPRSTUVWXY', 1 + intDiv(vehicle, 12696) % 23, 1),
      substring('ABCDEFGHJKLMNOPRSTUVWXY', 1 + intDiv(vehicle, 292008) % 23, 1),
      substring('ABCDEFGHJKLMNOPRSTUVWXY', 1 + intDiv(vehicle, 6716184) % 23, 1)
    ) as vrm,
    'same', '', 200 + rand(4) % 3000, 70 + rand(5) % 30, if(rand(6) % 2 = 0, 'towards', 'away'), 1 + rand(7) % 3, 'GB'
  from (select number, cityHash64(rand64(3)) % ${Math.round(fleet)} as vehicle from numbers(${offset}, ${rows}))
  settings max_insert_threads = 2`;

async function storedFacts(clickhouse: ClickHouse): Promise<{ rows: number; bytesARead: number }> {
  const [facts] = await clickhouse.query<{ rows: number; bytes: number }>(
    "select sum(rows) as rows, sum(bytes_on_disk) as bytes from system.parts where database = currentDatabase() and table = 'reads' and active",
  );
  return { rows: facts?.rows ?? 0, bytesARead: (facts?.bytes ?? 0) / (facts?.rows ?? 1) };
}

/** Sends reads at a steady rate until told to stop; resolves to the rate that was acknowledged. */
async function steadyLoad(
  service: ServiceUnderTest,
  nrds: readonly BenchNrd[],
  rate: number,
  stop: AbortSignal,
): Promise<number> {
  const headers = {
    authorization: `Bearer ${service.people().feedTokens[0]}`,
    "content-type": "application/x-ndjson",
  };
  const target = { port: service.port, path: "/v1/reads", headers };
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const random = seeded(6);
  const perBatch = Math.round(rate / 20);
  const started = performance.now();
  let acknowledged = 0;
  const pending = new Set<Promise<unknown>>();
  for (let batch = 0; !stop.aborted; batch++) {
    const due = started + batch * 50;
    if (due > performance.now()) await sleep(due - performance.now());
    const body = new ReadBatch(
      nrds,
      Array.from({ length: perBatch }, () => randomVrm(random)),
      random,
    ).stamp(Date.now(), 50);
    const posted = post(agent, target, body).then(
      ({ status }) => (acknowledged += status === 200 ? perBatch : 0),
    );
    pending.add(posted);
    void posted.finally(() => pending.delete(posted));
  }
  await Promise.all(pending);
  agent.destroy();
  return acknowledged / ((performance.now() - started) / 1000);
}

interface Asked {
  readonly tookMs: readonly number[];
  readonly meanCount: number;
}

async function askMany(
  service: ServiceUnderTest,
  session: string,
  times: number,
  question: (random: () => number, now: number) => Record<string, unknown>,
): Promise<Asked> {
  const random = seeded(7);
  const authority = service.people().authorities[0];
  const tookMs: number[] = [];
  let found = 0;
  for (let i = 0; i < times; i++) {
    const body = { authority, reason: "Benchmark of enquiries under load", ...question(random, Date.now()) };
    const started = performance.now();
    const { count } = await service.call<{ count: number }>("/v1/enquiries", session, body);
    tookMs.push(performance.now() - started);
    found += count;
  }
  return { tookMs, meanCount: found / times };
}

const figures = (measure: string, { tookMs, meanCount }: Asked, p95: number): Figure[] => [
  {
    measure: `${measure}, p50`,
    value: quantile(tookMs, 0.5),
    unit: "ms",
    note: `${tookMs.length} asked one after another, ${meanCount.toFixed(1)} reads found each`,
  },
  { measure: `${measure}, p95`, value: quantile(tookMs, 0.95), unit: "ms", target: { atMost: p95 } },
  { measure: `${measure}, p99`, value: quantile(tookMs, 0.99), unit: "ms" },
];
