import http from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { randomVrm, ReadBatch, seeded } from "./bodies.ts";
import { bareEvents } from "./floors/floors.ts";
import { liveNrds } from "./ingest.ts";
import { post } from "./load.ts";
import { quantile, type Figure } from "./report.ts";
import { ServiceUnderTest } from "./service.ts";

const BATCHES_A_SECOND = 100;
const LISTED_SHARE = 0.02;
/** What a process needs before it is as fast as it will be; reported apart. */
const WARM_UP_MS = 10_000;

/**
 * From the sending of a read to its hit arriving at a client's event stream, at a steady rate with a full list. The clock
 * starts before the request leaves the sender, so the figure is an upper bound on receipt to screen. The first ten seconds are
 * told apart, and the slowest hits with when they were sent.
 */
export async function benchAlert(scale: {
  seconds: number;
  rate: number;
  entries: number;
}): Promise<Figure[]> {
  await using service = await ServiceUnderTest.start();
  const nrds = await liveNrds(service);
  const random = seeded(4);
  const listed = new Set<string>();
  while (listed.size < 20_000) listed.add(`Z${randomVrm(random).slice(1)}`);
  await service.stop();
  await fillList(service.folder, [...listed], scale.entries);
  const loading = performance.now();
  await service.start();
  const loadSeconds = (performance.now() - loading) / 1000;

  const sentAt = new Map<string, number>();
  /** Each hit's time in ms, with when it was sent in ms since the first post. */
  const hits: { readonly at: number; readonly took: number }[] = [];
  let started = 0;
  const stream = await openStream(service, (vrm) => {
    const at = sentAt.get(vrm);
    if (at === undefined) return;
    sentAt.delete(vrm);
    hits.push({ at: at - started, took: performance.now() - at });
  });
  const target = {
    port: service.port,
    path: "/v1/reads",
    headers: {
      authorization: `Bearer ${service.people().feedTokens[0]}`,
      "content-type": "application/x-ndjson",
    },
  };
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const perBatch = Math.round(scale.rate / BATCHES_A_SECOND);
  const vrms = [...listed];
  let next = 0;
  let sent = 0;
  let refused = 0;
  started = performance.now();
  const pending = new Set<Promise<void>>();
  for (let batch = 0; batch < scale.seconds * BATCHES_A_SECOND; batch++) {
    const due = started + (batch * 1000) / BATCHES_A_SECOND;
    if (due > performance.now()) await sleep(due - performance.now());
    const marks = Array.from({ length: perBatch }, () =>
      random() < LISTED_SHARE ? (vrms[next++ % vrms.length] as string) : randomVrm(random),
    );
    const body = new ReadBatch(nrds, marks, random).stamp(Date.now(), 5);
    const now = performance.now();
    for (const vrm of marks) if (listed.has(vrm)) sentAt.set(vrm, now);
    const posted = post(agent, target, body).then(({ status }) => {
      if (status === 200) sent += perBatch;
      else refused += perBatch;
    });
    pending.add(posted);
    void posted.finally(() => pending.delete(posted));
  }
  await Promise.all(pending);
  const seconds = (performance.now() - started) / 1000;
  await sleep(2_000);
  stream.destroy();
  agent.destroy();
  const resident = service.residentBytes() / 2 ** 20;
  const floor = await bareEvents(500, 10);
  const warm = hits.filter(({ at }) => at >= WARM_UP_MS).map(({ took }) => took);
  const cold = hits.filter(({ at }) => at < WARM_UP_MS).map(({ took }) => took);
  const note = `${hits.length} hits, ${sentAt.size} not delivered, ${refused} reads refused`;
  const slowest = hits
    .toSorted((a, b) => b.took - a.took)
    .slice(0, 8)
    .map(({ at, took }) => `${Math.round(took)} at ${(at / 1000).toFixed(1)} s`);
  return [
    {
      measure: "service started with its entries",
      value: loadSeconds,
      unit: "s",
      target: { atMost: 30 },
      note: `${scale.entries.toLocaleString("en-GB")} entries in the match set`,
    },
    { measure: "reads while measuring", value: sent / seconds, unit: "reads/s" },
    {
      measure: "sent to hit in a client, p50",
      value: quantile(warm, 0.5),
      unit: "ms",
      target: { atMost: 25 },
      note,
    },
    {
      measure: "sent to hit in a client, p99",
      value: quantile(warm, 0.99),
      unit: "ms",
      target: { atMost: 250 },
    },
    {
      measure: "sent to hit in a client, worst",
      value: quantile(warm, 1),
      unit: "ms",
      target: { atMost: 1_000 },
      note: `the slowest, ms: ${slowest.join(", ")}`,
    },
    { measure: "the first 10 s, p50", value: quantile(cold, 0.5), unit: "ms" },
    { measure: "the first 10 s, p99", value: quantile(cold, 0.99), unit: "ms" },
    { measure: "the first 10 s, worst", value: quantile(cold, 1), unit: "ms" },
    { measure: "floor: post to an empty event, p50", value: quantile(floor, 0.5), unit: "ms" },
    { measure: "floor: post to an empty event, p99", value: quantile(floor, 0.99), unit: "ms" },
    { measure: "p50 ÷ floor", value: quantile(warm, 0.5) / quantile(floor, 0.5), unit: "" },
    { measure: "resident memory of the service", value: resident, unit: "MiB" },
  ];
}

const FILLED_AT_ONCE = 500_000;

/**
 * Puts the listed VRMs, and as many that no read of this run carries, on a list of the stopped service, behind its back: through
 * the front five million entries take ten minutes and audit every one.
 */
async function fillList(folder: string, listed: readonly string[], entries: number): Promise<void> {
  const database = await openPglite(join(folder, "postgres"));
  const [list] = await database.query<{ id: number; person: number }>(
    `insert into list (name, organisation_id, purpose, priority, category, accountable, created_at)
     select 'Benchmark list', organisation_id, 'Measuring receipt to alert', 'low', 'test', id, now() from person where username = 'listmanager'
     returning id, accountable as person`,
  );
  if (list === undefined) throw new Error("The demo has no list manager.");
  const insert = `insert into list_entry (list_id, vrm, reason, instruction, priority, created_by, created_at, changed_seq)
    select $1, vrm, 'Benchmark', 'None: measurement', 'low', $2, now(), nextval('list_change') from`;
  await database.query(`${insert} jsonb_array_elements_text($3::jsonb) as given (vrm)`, [
    list.id,
    list.person,
    JSON.stringify(listed),
  ]);
  for (let made = listed.length; made < entries; made += FILLED_AT_ONCE) {
    const last = Math.min(entries, made + FILLED_AT_ONCE);
    await database.query(
      `${insert} (select 'X' || lpad(upper(to_hex(i)), 7, '0') as vrm from generate_series($3::int, $4::int) as i) as made`,
      [list.id, list.person, made + 1, last],
    );
  }
  await database.close();
}

/** Follows the event stream as a browser would and calls back with the VRM of each hit. */
async function openStream(
  service: ServiceUnderTest,
  heard: (vrm: string) => void,
): Promise<http.ClientRequest> {
  const session = await service.signIn("operator");
  return new Promise((resolve, reject) => {
    const request = http.get(
      {
        host: "127.0.0.1",
        port: service.port,
        path: "/v1/hits/stream",
        headers: { authorization: `Bearer ${session}` },
      },
      (response) => {
        if (response.statusCode !== 200)
          return reject(new Error(`The hit stream answered ${response.statusCode}.`));
        let rest = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          const blocks = (rest + chunk).split("\n\n");
          rest = blocks.pop() ?? "";
          for (const block of blocks) {
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (/^event: hit$/m.test(block) && data !== undefined)
              heard((JSON.parse(data) as { vrm: string }).vrm);
          }
        });
        response.on("error", () => {});
        resolve(request);
      },
    );
    request.on("error", () => {});
  });
}
