import { seeded, randomVrm, ReadBatch, type BenchNrd } from "./bodies.ts";
import { jpegOf, sendCapture } from "./bof2-body.ts";
import { bareInserts, withBareServer } from "./floors/floors.ts";
import { closedLoop, type LoadResult, type Target } from "./load.ts";
import { quantile, type Figure } from "./report.ts";
import { ServiceUnderTest } from "./service.ts";

const BATCH = 5_000;

/**
 * Reads per second by NDJSON, by single JSON posts and by BOF2 with images; matching on, every answer durable. Each beside what the
 * machine does at the most with the same rows or bodies, in the same run: the ratio says more than the figure.
 */
export async function benchIngest(scale: { seconds: number }): Promise<Figure[]> {
  const { seconds } = scale;
  const { nrds, ndjson, single, bof2, resident } = await measureService(seconds);
  const inserts = await bareInserts(seconds, BATCH);
  const posts = await withBareServer("posts", (port) =>
    measureSingle(nrds, { port, path: "/", headers: { "content-type": "application/json" } }, seconds),
  );
  const kept = await withBareServer("kept", (port) =>
    measureBof2(nrds, { port, path: "/", headers: { "content-type": "text/xml" } }, seconds),
  );
  const rate = ({ requests, seconds: took }: LoadResult, each = 1): number => (requests * each) / took;
  return [
    ...figures(`NDJSON, ${BATCH} a request, 4 connections`, ndjson, BATCH),
    { measure: "  floor: bare inserts of such rows, fsynced", value: inserts, unit: "reads/s" },
    ratio("  NDJSON ÷ bare inserts", rate(ndjson, BATCH) / inserts, 0.3),
    ...figures("single JSON posts, 128 connections", single, 1, 150),
    { measure: "  floor: a bare server with a schema, nothing kept", value: rate(posts), unit: "posts/s" },
    ratio("  single posts ÷ bare posts", rate(single) / rate(posts), 0.5),
    ...figures("BOF2 sendCapture, 3 KB patch and 25 KB overview, 128 connections", bof2, 1),
    { measure: "  floor: the same bodies appended and fsynced", value: rate(kept), unit: "posts/s" },
    ratio("  BOF2 ÷ bodies appended", rate(bof2) / rate(kept), 0.5),
    { measure: "resident memory of the service afterwards", value: resident, unit: "MiB" },
  ];
}

async function measureService(seconds: number) {
  await using service = await ServiceUnderTest.start();
  const nrds = await liveNrds(service);
  const token = service.people().feedTokens[0] as string;
  const bearer = { authorization: `Bearer ${token}` };
  const { port } = service;
  const reads = { port, path: "/v1/reads" };
  const ndjson = await measureNdjson(
    nrds,
    { ...reads, headers: { ...bearer, "content-type": "application/x-ndjson" } },
    seconds,
  );
  const single = await measureSingle(
    nrds,
    { ...reads, headers: { ...bearer, "content-type": "application/json" } },
    seconds,
  );
  const bof2 = await measureBof2(
    nrds,
    {
      port,
      path: "/bof2/services/InputCaptureWebService",
      headers: { ...bearer, "content-type": "text/xml; charset=utf-8", soapaction: '""' },
    },
    seconds,
  );
  return { nrds, ndjson, single, bof2, resident: service.residentBytes() / 2 ** 20 };
}

/** The identity triples of the service's live NRDs. */
export async function liveNrds(service: ServiceUnderTest): Promise<BenchNrd[]> {
  const session = await service.signIn("estate");
  const nrds: BenchNrd[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: { items: BenchNrd[]; next: string | null } = await service.call(
      `/v1/nrds?state=live&limit=500${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      session,
    );
    nrds.push(...page.items);
    cursor = page.next;
  }
  return nrds;
}

function measureNdjson(nrds: readonly BenchNrd[], target: Target, seconds: number): Promise<LoadResult> {
  const random = seeded(1);
  const connections = 4;
  const batches = Array.from(
    { length: connections * 4 },
    () => new ReadBatch(nrds, manyVrms(random, BATCH), random),
  );
  let turn = 0;
  const nextBody = (connection: number): Buffer =>
    (batches[connection * 4 + (turn++ % 4)] as ReadBatch).stamp(Date.now(), 100);
  return closedLoop({ target, connections, seconds, nextBody });
}

function measureSingle(nrds: readonly BenchNrd[], target: Target, seconds: number): Promise<LoadResult> {
  const random = seeded(2);
  const connections = 128;
  const pool = Array.from({ length: 8_192 }, () => new ReadBatch(nrds, [randomVrm(random)], random, ""));
  let turn = 0;
  return closedLoop({
    target,
    connections,
    seconds,
    nextBody: () => (pool[turn++ % pool.length] as ReadBatch).stamp(Date.now(), 0),
  });
}

async function measureBof2(nrds: readonly BenchNrd[], target: Target, seconds: number): Promise<LoadResult> {
  const random = seeded(3);
  const patch = (await jpegOf(3_000)).toString("base64");
  const overview = (await jpegOf(25_000)).toString("base64");
  const nextBody = (): Buffer => {
    const nrd = nrds[Math.floor(random() * nrds.length)] as BenchNrd;
    return sendCapture(nrd, randomVrm(random), Date.now(), patch, overview);
  };
  return closedLoop({ target, connections: 128, seconds, nextBody });
}

const manyVrms = (random: () => number, count: number): string[] =>
  Array.from({ length: count }, () => randomVrm(random));

const ratio = (measure: string, value: number, atLeast: number): Figure => ({
  measure,
  value,
  unit: "",
  target: { atLeast },
});

function figures(name: string, load: LoadResult, readsEach: number, p99AtMost?: number): Figure[] {
  const note = `${load.requests} requests in ${load.seconds.toFixed(1)} s, ${load.refused} refused as busy, ${load.failed} failed`;
  return [
    { measure: name, value: (load.requests * readsEach) / load.seconds, unit: "reads/s", note },
    { measure: "  acknowledged, p50", value: quantile(load.tookMs, 0.5), unit: "ms" },
    {
      measure: "  acknowledged, p99",
      value: quantile(load.tookMs, 0.99),
      unit: "ms",
      ...(p99AtMost === undefined ? {} : { target: { atMost: p99AtMost } }),
    },
  ];
}
