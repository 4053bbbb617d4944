import type { Fleet } from "./fleet.ts";
import { fraction } from "./random.ts";
import { britishClock } from "./shape.ts";

const MINUTES_A_DAY = 1_440;
const SHIFT_WORKERS = 0.15;
const LEAVES = { mean: 460, deviation: 50 } as const;
const RETURNS = { mean: 1_030, deviation: 70 } as const;
const WEEKDAY_CHANCE = 0.84;
const WEEKEND_CHANCE = 0.12;

/** A commuter setting out: `outward` to work, else home again. */
export interface Leaving {
  readonly index: number;
  readonly outward: boolean;
  readonly departs: number;
}

/**
 * The commuters whose habitual minute lies in a span of at most some hours, with a day's chance of staying at
 * home and a few minutes of variation. The block of commuters is ordered by habit, so nothing is stored:
 * the n-th leaves at the n-th quantile, and returns at a quantile shuffled by a fixed step.
 */
export function* commutersLeaving(fleet: Fleet, from: number, to: number): Generator<Leaving> {
  const { start, count } = fleet.block("commuter");
  const step = stepFor(count);
  const { hour, weekday } = britishClock(from);
  const chance = weekday >= 1 && weekday <= 5 ? WEEKDAY_CHANCE : WEEKEND_CHANCE;
  const day = Math.floor((from - hour * 3_600_000) / 86_400_000 + 0.5);
  const first = hour * 60;
  const last = Math.min(MINUTES_A_DAY, first + (to - from) / 60_000);
  for (const outward of [true, false])
    for (const [low, high] of ranks(count, first, last, outward ? LEAVES : RETURNS, outward ? 0 : 540))
      for (let rank = low; rank < high; rank++) {
        const index = start + (outward ? rank : (rank * step) % count);
        if (fraction(fleet.seed, index, day) >= chance) continue;
        const varies = (fraction(fleet.seed, index, day + (outward ? 50_000 : 60_000)) - 0.5) * 12 * 60_000;
        yield {
          index,
          outward,
          departs: Math.max(from, from + (to - from) * fraction(rank, day) + Math.max(0, varies)),
        };
      }
}

type Habit = { readonly mean: number; readonly deviation: number };

// Day workers fill the ranks up to 85 %, by the normal law; shift workers the rest, evenly round the clock.
function ranks(count: number, first: number, last: number, habit: Habit, shift: number): [number, number][] {
  const day = count * (1 - SHIFT_WORKERS);
  const rank = (minute: number): number =>
    Math.floor(day * normalShare((minute - habit.mean) / habit.deviation));
  const rest = count - Math.ceil(day);
  const late = (minute: number): number => Math.ceil(day) + Math.floor((rest * minute) / MINUTES_A_DAY);
  const turned = (first - shift + MINUTES_A_DAY) % MINUTES_A_DAY;
  return [
    [rank(first), rank(last)],
    [late(turned), Math.min(count, late(turned + last - first))],
  ];
}

/** The share of a normal law below so many deviations (Zelen and Severo, error under 1e-7). */
function normalShare(deviations: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(deviations));
  const tail =
    0.398_942_28 *
    Math.exp((-deviations * deviations) / 2) *
    t *
    (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return deviations >= 0 ? 1 - tail : tail;
}

function stepFor(count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let step = Math.max(1, Math.round(count * 0.618));
  while (divisor(step, count) !== 1) step++;
  return step;
}
