import { setTimeout as sleep } from "node:timers/promises";
import { demoEstate } from "./estate/demo-estate.ts";
import type { EstateRow } from "./estate/estate-row.ts";
import { buildNetwork } from "./network.ts";
import { Poster, type PostTally } from "./post.ts";
import { Traffic } from "./traffic.ts";
import { TruthFile } from "./truth.ts";

const DAY = 86_400_000;
const TICK_MILLISECONDS = 100;
const PROGRESS_MILLISECONDS = 5_000;
const DEFAULT_RATE = 50;
const DEFAULT_SEED = 1;
/** What a run at --speed posts a second on average, whatever the speed: the fleet is scaled to it. */
const SPEED_POSTS_PER_SECOND = 200;
const MOST_IMAGES_PER_SECOND = 10;
const QUEUE = 20_000;

export interface SimulateOptions {
  /** Base URL of the service. */
  readonly to: string;
  /** A feed token that may deliver for the estate's NRDs. */
  readonly token: string;
  /** Default: the demonstration's own. */
  readonly estate?: readonly EstateRow[];
  /** Live traffic of so many reads a second (default 50), stamped now. Not together with `speed`. */
  readonly rate?: number;
  /** Days of the past up to now, so many times faster than life; volume follows the shape of the week. */
  readonly speed?: number;
  /** With `speed`: how many days (default 1). */
  readonly days?: number;
  /** With `speed`: reads on an average simulated day; default such that about 200 a second are posted. */
  readonly dailyReads?: number;
  readonly seed?: number;
  /** Path of the answer file. */
  readonly truth?: string;
  /** VRMs that must keep appearing, with images. */
  readonly watch?: readonly string[];
  /** Share of reads over BOF2 (default 0.1). */
  readonly bofShare?: number;
  /** Share of reads with images (default 0.2, less above 50 reads a second so that drawing stays cheap). */
  readonly imageShare?: number;
  /** Ends the run: what is queued is still sent once, then the promise resolves. */
  readonly signal: AbortSignal;
  /** Called about every five seconds. */
  readonly onProgress?: (progress: SimulationSummary) => void;
}

export interface SimulationSummary extends Readonly<PostTally> {
  readonly made: number;
  readonly watched: number;
  readonly fleet: number;
  readonly seconds: number;
}

/**
 * Drives simulated traffic past an estate and posts every read over the real interfaces until the signal is
 * aborted or, with `speed`, until the simulated clock has reached now. Rejects where options contradict each
 * other, where the service refuses the token, or where the answer file cannot be written.
 */
export async function simulate(options: SimulateOptions): Promise<SimulationSummary> {
  check(options);
  const began = Date.now();
  const { speed, signal } = options;
  const estate = options.estate ?? demoEstate();
  const perSecond = speed === undefined ? (options.rate ?? DEFAULT_RATE) : SPEED_POSTS_PER_SECOND;
  const start = speed === undefined ? began : began - (options.days ?? 1) * DAY;
  await using truth = options.truth === undefined ? undefined : new TruthFile(options.truth);
  const traffic = new Traffic({
    network: buildNetwork(estate),
    seed: options.seed ?? DEFAULT_SEED,
    start,
    dailyReads:
      speed === undefined ? perSecond * 86_400 : (options.dailyReads ?? (perSecond * 86_400) / speed),
    steady: speed === undefined,
    watch: options.watch ?? [],
    // Below 20 reads a second watched vehicles grow rarer too, or they would be most of the traffic.
    ...(speed === undefined ? { watchGap: [5 * thinned(perSecond), 12 * thinned(perSecond)] as const } : {}),
    ...(truth === undefined ? {} : { onTruth: (line) => truth.write(line) }),
  });
  const poster = new Poster({
    to: options.to,
    token: options.token,
    bofShare: options.bofShare ?? 0.1,
    imageShare: options.imageShare ?? Math.min(0.2, MOST_IMAGES_PER_SECOND / perSecond),
    queue: QUEUE,
    signal,
  });
  let made = 0;
  let watched = 0;
  const summary = (): SimulationSummary => ({
    ...poster.tally,
    made,
    watched,
    fleet: traffic.fleetSize,
    seconds: Math.round((Date.now() - began) / 1000),
  });
  let told = began;
  // Simulated time follows the wall clock, or runs ahead of it from the past until it meets it.
  let held = 0;
  try {
    for (let done = false; !done && !signal.aborted;) {
      const now = Date.now();
      const clock = speed === undefined ? now : start + (now - began - held) * speed;
      done = speed !== undefined && clock >= now;
      for (const read of traffic.until(Math.min(clock, now))) {
        poster.offer(read);
        made++;
        if (read.faults.includes("watched")) watched++;
        if (made % 1_000 === 0 && speed !== undefined) {
          const before = Date.now();
          await poster.room();
          held += Date.now() - before;
        }
        if (signal.aborted) break;
      }
      await truth?.settle();
      const before = Date.now();
      await poster.room();
      if (speed !== undefined) held += Date.now() - before;
      if (now - told >= PROGRESS_MILLISECONDS) {
        told = now;
        options.onProgress?.(summary());
      }
      await sleep(TICK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await poster.finish();
  }
  return summary();
}

const thinned = (rate: number): number => Math.max(1, 20 / rate);

function check({ rate, speed, days }: SimulateOptions): void {
  if (rate !== undefined && speed !== undefined)
    throw new RangeError("give either a rate or a speed, not both");
  for (const [name, value] of Object.entries({ rate, speed, days }))
    if (value !== undefined && !(value > 0 && Number.isFinite(value)))
      throw new RangeError(`${name} must be a number above 0, found ${value}`);
  if (speed !== undefined && speed <= 1)
    throw new RangeError("speed must be above 1, or the simulated clock never meets now");
}
