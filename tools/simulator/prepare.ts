import { demoEstate } from "./estate/demo-estate.ts";
import type { EstateRow } from "./estate/estate-row.ts";
import { buildNetwork } from "./network.ts";
import { nativeRead, type NativeRead } from "./simulated-read.ts";
import { Traffic } from "./traffic.ts";
import type { TruthLine } from "./truth.ts";

/**
 * Traffic in memory for benchmarks: reads without images between two times (epoch milliseconds), in order of
 * delivery, in batches (default 1,000, the last one shorter). Volume follows the week's shape and adds up to
 * `dailyReads` on an average day (default: what the estate's own column says). The same options give the same reads.
 */
export function* trafficBatches(options: {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly estate?: readonly EstateRow[];
  readonly dailyReads?: number;
  readonly batch?: number;
  readonly watch?: readonly string[];
  readonly onTruth?: (line: TruthLine) => void;
}): Generator<NativeRead[]> {
  const estate = options.estate ?? demoEstate();
  const size = options.batch ?? 1_000;
  const traffic = new Traffic({
    network: buildNetwork(estate),
    seed: options.seed,
    start: options.from,
    dailyReads: options.dailyReads ?? estate.reduce((sum, row) => sum + row.dailyReads, 0),
    steady: false,
    watch: options.watch ?? [],
    ...(options.onTruth === undefined ? {} : { onTruth: options.onTruth }),
  });
  let batch: NativeRead[] = [];
  for (const read of traffic.until(options.to)) {
    if (batch.push(nativeRead(read)) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
