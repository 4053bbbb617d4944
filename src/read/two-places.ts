const MS_PER_HOUR = 3_600_000;
const METRES_PER_KM = 1_000;

let impossibleKmh = Number.POSITIVE_INFINITY;

/** One process, one law: faster than the pack in force says, no vehicle gets from one place to another. `PolicyInForce` alone calls it. */
export const putImpossibleKmhInForce = (kmh: number): void => void (impossibleKmh = kmh);

/** Metres a millisecond above which no vehicle goes. */
export const impossibleSpeed = (): number => (impossibleKmh * METRES_PER_KM) / MS_PER_HOUR;

/** Whether one vehicle cannot have been in both places: one of two plates is a copy (VOI-8). */
export const isImpossible = (metres: number, milliseconds: number): boolean =>
  metres > impossibleSpeed() * Math.max(Math.abs(milliseconds), 1);
