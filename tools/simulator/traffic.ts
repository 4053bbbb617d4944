import type { EstateRow } from "./estate/estate-row.ts";
import { EventHeap } from "./event-heap.ts";
import { NrdFaults } from "./faults.ts";
import { Fleet, type Vehicle } from "./fleet.ts";
import type { Network } from "./network.ts";
import { Companions } from "./companions.ts";
import { fraction, hash, Random } from "./random.ts";
import { Reading, type Underway } from "./reading.ts";
import { hourShare } from "./shape.ts";
import { truthOf, type SimulatedRead } from "./simulated-read.ts";
import { READS_PER_PASSAGE, Schedule } from "./schedule.ts";
import { TripPlanner, type Trip } from "./trips.ts";
import type { ReadFault, TruthLine } from "./truth.ts";
import { WatchedVehicles } from "./watch.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const COMMUTERS_SHARE_OF_READS = 0.35;
/** Commutes a weekday per vehicle of the whole fleet: a third commutes, both ways, 4.2 days of 5. */
const COMMUTES_A_VEHICLE = 0.32 * 0.84 * 2;
const MOST_COMMUTER_SHARE_NOW = 0.6;
const LARGEST_FLEET = 6_000_000;
const SMALLEST_FLEET = 600;
const LATE_BATCH_EVERY = 4 * MINUTE;

export interface TrafficOptions {
  readonly network: Network;
  readonly seed: number;
  /** Epoch milliseconds of the first read. */
  readonly start: number;
  /** Reads on an average day. */
  readonly dailyReads: number;
  /** True: the same rate at any hour, with late batches planted often (a live demonstration). False: the shape of the week. */
  readonly steady: boolean;
  /** VRMs that must keep appearing. */
  readonly watch?: readonly string[];
  /** Seconds between passages of watched vehicles, least and most. */
  readonly watchGap?: readonly [number, number];
  /** Is given every planted thing and every read as it is handed over. */
  readonly onTruth?: (line: TruthLine) => void;
}

/**
 * Traffic past an estate's NRDs, as an endless stream in order of delivery. Deterministic by its options.
 * Memory holds the trips on the road and the reads kept back, never the fleet or the day.
 */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #random: Random;
  readonly #fleet: Fleet;
  readonly #planner: TripPlanner;
  readonly #faults: NrdFaults;
  readonly #reading: Reading;
  readonly #watched: WatchedVehicles;
  readonly #companions: Companions;
  readonly #road = new EventHeap<{ readonly underway: Underway; readonly stop: number }>();
  readonly #held = new EventHeap<SimulatedRead>();
  readonly #holders: readonly number[];
  readonly #schedule: Schedule;
  readonly #step: number;
  readonly #batches = new Set<string>();
  #perOther: number;
  readonly #perCommute: number;
  #planned: number;
  #journeys = 0;
  #nextLateBatch: number;
  #day = Number.NEGATIVE_INFINITY;

  constructor(options: TrafficOptions) {
    const { network, seed, start } = options;
    this.#options = options;
    this.#random = new Random(seed);
    const sample = this.#sample();
    this.#perOther = sample.other;
    this.#perCommute = sample.commute;
    this.#fleet = new Fleet(seed, this.#fleetSize());
    this.#planner = new TripPlanner(network, this.#fleet, this.#random);
    this.#faults = new NrdFaults(network.estate, seed);
    this.#reading = new Reading(network, this.#faults, this.#random);
    this.#companions = new Companions(this.#fleet, this.#planner, this.#random);
    this.#watched = new WatchedVehicles(this.#fleet, this.#planner, this.#random, {
      vrms: options.watch ?? [],
      gap: options.watchGap,
      start,
    });
    this.#holders = network.estate.map((_, at) => at).filter((at) => network.estate[at]?.type === "mobile");
    this.#nextLateBatch = start + MINUTE;
    this.#planned = start;
    this.#step = options.steady ? 2 * SECOND : MINUTE;
    this.#schedule = new Schedule(start, this.#step);
    this.#plantClocks();
  }

  get fleetSize(): number {
    return this.#fleet.size;
  }

  /** Things held in memory: trips on the road and reads kept back. */
  get held(): number {
    return this.#road.size + this.#held.size;
  }

  /** Every read that is handed over up to a time, in order of delivery. Call with growing times. */
  *until(time: number): Generator<SimulatedRead> {
    while (this.#planned <= time) {
      const from = this.#planned;
      this.#planned = from + this.#step;
      this.#plan(from, this.#planned);
      yield* this.#drain(Math.min(this.#planned, time));
    }
    yield* this.#drain(time);
  }

  /** Reads of trips still on the road and of batches not handed in are dropped; what was made counts as the end. */
  *#drain(time: number): Generator<SimulatedRead> {
    for (;;) {
      const road = this.#road.nextTime;
      const held = this.#held.nextTime;
      if (Math.min(road, held) > time) return;
      if (held <= road) {
        const read = this.#held.pop() as SimulatedRead;
        this.#options.onTruth?.(truthOf(read));
        yield read;
        continue;
      }
      const { underway, stop } = this.#road.pop() as { underway: Underway; stop: number };
      this.#follow(underway, stop + 1);
      for (const read of this.#reading.passage(underway, stop)) {
        this.#noteBatch(read);
        this.#held.push(read.deliver, read);
      }
    }
  }

  #plan(from: number, to: number): void {
    const { steady, dailyReads, onTruth } = this.#options;
    if (onTruth !== undefined) this.#plantDeadSpells(to);
    const share = steady ? (to - from) / DAY : (hourShare(from) * (to - from)) / (60 * MINUTE);
    const wanted = dailyReads * share;
    // A trip that sets out now is mostly seen later: its measure is the volume of then.
    const soon = steady ? wanted : (wanted * hourShare(from + 55 * MINUTE)) / hourShare(from);
    const due =
      COMMUTES_A_VEHICLE *
      this.#fleet.size *
      hourShare(from) *
      ((to - from) / (60 * MINUTE)) *
      this.#perCommute;
    // Where the trips on the road already leave more than is wanted, fewer set out.
    const scheduled = this.#schedule.expected(from);
    const ease = scheduled > wanted ? (wanted / scheduled) ** 3 : 1;
    let commuterReads = 0;
    const commuters = Math.min(1, ((MOST_COMMUTER_SHARE_NOW * soon) / due) * ease);
    for (const trip of this.#planner.commutes(from, to, commuters)) {
      commuterReads += this.#perCommute;
      this.#launch(trip, true);
    }
    const others = this.#random.poisson(
      (Math.max(0.05 * soon, soon - commuterReads) / this.#perOther) * ease,
    );
    for (let i = 0; i < others; i++) {
      const trip = this.#planner.other(from + (to - from) * this.#random.next());
      if (trip === undefined) continue;
      // The estimate of reads a trip follows what trips turn out to be at this hour.
      this.#perOther += (seenBy(trip) - this.#perOther) / 5_000;
      this.#launch(trip, true);
    }
    // It can add but not take away: where volume falls and rises it aims below the mean by the spread of counts.
    this.#fill(from, to, steady ? this.#random.poisson(wanted) : Math.round(wanted - Math.sqrt(wanted)));
    for (const trip of this.#watched.trips(from, to)) this.#launch(trip, false, ["watched"]);
    if (steady && to >= this.#nextLateBatch) {
      this.#nextLateBatch = to + LATE_BATCH_EVERY;
      this.#plantLateBatch(to);
    }
  }

  // Trips already half done make up what the span still lacks: long drives that began before the simulation did.
  #fill(from: number, to: number, wanted: number): void {
    for (let attempt = 0; attempt < wanted && this.#schedule.expected(from) < wanted; attempt++) {
      const trip = this.#planner.underway(from + (to - from) * this.#random.next());
      if (trip !== undefined) this.#launch(trip, false, [], from);
    }
    this.#schedule.forget(from);
  }

  #launch(trip: Trip, mayPlant: boolean, tags: readonly ReadFault[] = [], since = 0): void {
    const journey = ++this.#journeys;
    const planted = mayPlant ? this.#companions.of(trip) : undefined;
    if (planted === undefined) {
      this.#follow({ trip, journey, tags, since }, 0);
      this.#schedule.note(trip, since);
      return;
    }
    const journeys = [journey];
    for (const other of [trip, ...planted.trips]) {
      if (other !== trip) journeys.push(++this.#journeys);
      this.#follow({ trip: other, journey: this.#journeys, tags: [...tags, planted.kind], since }, 0);
      this.#schedule.note(other, since);
    }
    const began = new Date(trip.departs).toISOString();
    this.#options.onTruth?.(
      planted.kind === "clone"
        ? {
            kind: "clone",
            vrm: trip.vehicle.mark.vrm,
            journeys: [journey, this.#journeys],
            began,
            kilometresApart: planted.kilometresApart,
          }
        : {
            kind: "convoy",
            vrms: [trip, ...planted.trips].map((one) => one.vehicle.mark.vrm),
            journeys,
            began,
            sites: trip.sites.length,
          },
    );
  }

  // One entry per trip on the road: its next passage. What a trip met half-way passed before never happened.
  #follow(underway: Underway, stop: number): void {
    let at = stop;
    while (at < underway.trip.at.length && (underway.trip.at[at] as number) < underway.since) at++;
    const time = underway.trip.at[at];
    if (time !== undefined) this.#road.push(time, { underway, stop: at });
  }

  #fleetSize(): number {
    const { dailyReads } = this.#options;
    const size = (COMMUTERS_SHARE_OF_READS * dailyReads) / (COMMUTES_A_VEHICLE * this.#perCommute);
    return Math.round(Math.min(LARGEST_FLEET, Math.max(SMALLEST_FLEET, size)));
  }

  // How many reads a trip leaves on this network, from some hundred trips of a throw-away fleet.
  #sample(): { other: number; commute: number } {
    const random = new Random(hash(this.#options.seed, 0x5a));
    const fleet = new Fleet(this.#options.seed, 1_000_000);
    const planner = new TripPlanner(this.#options.network, fleet, random);
    const noon = Math.floor(this.#options.start / DAY) * DAY + DAY / 2;
    let others = 0;
    for (let i = 0; i < 500; i++) others += seenBy(planner.other(noon));
    let commutes = 0;
    let count = 0;
    for (const trip of planner.commutes(noon - 4 * 60 * MINUTE, noon - 4 * 60 * MINUTE + MINUTE, 0.1)) {
      commutes += seenBy(trip);
      if (++count >= 300) break;
    }
    return { other: Math.max(0.5, others / 500), commute: Math.max(0.5, commutes / Math.max(1, count)) };
  }

  #plantClocks(): void {
    const { onTruth, start, network } = this.#options;
    if (onTruth === undefined) return;
    network.estate.forEach((row, at) => {
      const clock = this.#faults.clock(at);
      if (clock === undefined) return;
      const offsetSeconds = Math.round(clock.offset(start) / 100) / 10;
      onTruth({ kind: "clock-drift", nrd: identity(row), how: clock.how, offsetSeconds });
    });
  }

  #plantDeadSpells(time: number): void {
    const day = Math.floor(time / DAY);
    if (day <= this.#day) return;
    const days = this.#day === Number.NEGATIVE_INFINITY ? [day - 1, day] : [day];
    this.#day = day;
    for (const one of days)
      this.#options.network.estate.forEach((row, at) => {
        const spell = this.#faults.deadSpell(at, one);
        if (spell === undefined || spell.to < this.#options.start) return;
        const [from, to] = [new Date(spell.from).toISOString(), new Date(spell.to).toISOString()];
        this.#options.onTruth?.({ kind: "dead-camera", nrd: identity(row), from, to });
      });
  }

  #noteBatch(read: SimulatedRead): void {
    if (read.deliver === read.passed || this.#options.onTruth === undefined) return;
    const key = `${read.nrd.feed}-${read.nrd.source}-${read.deliver}`;
    if (this.#batches.has(key)) return;
    if (this.#batches.size > 10_000) this.#batches.clear();
    this.#batches.add(key);
    this.#options.onTruth({
      kind: "late-batch",
      nrd: identity(read.nrd),
      sentAt: new Date(read.deliver).toISOString(),
      from: new Date(read.passed).toISOString(),
    });
  }

  // A mobile unit hands in what it saw one to six hours ago, of vehicles that do nothing else.
  #plantLateBatch(now: number): void {
    if (this.#holders.length === 0) return;
    const nrd = this.#options.network.estate[this.#random.pick(this.#holders)] as EstateRow;
    const count = 15 + this.#random.whole(30);
    const from = now - this.#random.between(2, 6) * 60 * MINUTE;
    const reads = Array.from({ length: count }, (_, at): SimulatedRead => {
      const vehicle: Vehicle = this.#fleet.vehicle(this.#fleet.size + 500_000_000 + ++this.#journeys);
      const passed = Math.round(from + at * this.#random.between(20, 120) * SECOND);
      return {
        nrd,
        vehicle,
        journey: this.#journeys,
        passed,
        captured: passed,
        deliver: now,
        sent: vehicle.mark.vrm,
        confidence: 80 + Math.floor(19 * fraction(vehicle.index)),
        direction: "towards",
        tellsLooks: false,
        faults: ["late"],
      };
    });
    this.#options.onTruth?.({
      kind: "late-batch",
      nrd: identity(nrd),
      sentAt: new Date(now).toISOString(),
      from: new Date(from).toISOString(),
    });
    for (const read of reads) this.#held.push(now, read);
  }
}

const identity = (row: EstateRow): { feed: number; source: number; camera: number } => ({
  feed: row.feed,
  source: row.source,
  camera: row.camera,
});

/** Reads a trip leaves, on average. */
const seenBy = (trip: Trip | undefined): number => (trip?.sites.length ?? 0) * READS_PER_PASSAGE;
