import { runningTotals, fallsIn, type Random } from "./random.ts";

// What an NRD takes a character for, with how often relative to the others: look-alike pairs, weights ours.
const PAIRS =
  "0O18 O018 0D7 D07 OD5 DO5 OQ1 0Q2 1I9 I12 8B11 B811 5S9 S59 2Z7 Z27 6G4 G64 GC3 CG3 VY4 YV4 MN3 NM3 HM2 HN2 WV2 EF3 FE2 PF1 PR3 RP2 KX2 XK2 7T2 T72 172 712 383 832 683 981 UV2 LI1 1L2 JU1 A42 4A2 DB1 BR1";

/** Every confusion the simulator can make: true character, read as, weight. */
export const CONFUSIONS: readonly { readonly from: string; readonly to: string; readonly weight: number }[] =
  PAIRS.split(" ").map((pair) => ({
    from: pair[0] as string,
    to: pair[1] as string,
    weight: Number(pair.slice(2)),
  }));

const KINDS = ["one", "two", "edge-lost", "inner-lost", "edge-added", "not-a-plate"] as const;
const KIND_TOTALS = runningTotals([73, 8, 8, 3, 5, 3]);
const NOT_PLATES = ["TAXI", "POLICE", "AMBULANCE", "IIII", "11111", "HIREME"] as const;

/**
 * A wrong reading of a mark, never equal to it. A syntax-aware one does not confuse letters with digits.
 * A mark without confusable characters loses its last character.
 */
export function misread(vrm: string, syntaxAware: boolean, random: Random): string {
  const kind = KINDS[fallsIn(KIND_TOTALS, random.next())] ?? "one";
  const wrong = misreadAs(kind, vrm, syntaxAware, random);
  return wrong === vrm || wrong === "" ? vrm.slice(0, -1) : wrong;
}

function misreadAs(kind: (typeof KINDS)[number], vrm: string, syntaxAware: boolean, random: Random): string {
  switch (kind) {
    case "one":
      return confuse(vrm, syntaxAware, random);
    case "two":
      return confuse(confuse(vrm, syntaxAware, random), syntaxAware, random);
    case "edge-lost":
      return random.next() < 0.5 ? vrm.slice(1) : vrm.slice(0, -1);
    case "inner-lost": {
      const at = 1 + random.whole(Math.max(1, vrm.length - 2));
      return vrm.slice(0, at) + vrm.slice(at + 1);
    }
    case "edge-added": {
      const bar = random.next() < 0.5 ? "1" : "I";
      return random.next() < 0.5 ? bar + vrm : vrm + bar;
    }
    case "not-a-plate":
      return random.pick(NOT_PLATES);
  }
}

const isDigit = (character: string): boolean => character >= "0" && character <= "9";

function confuse(vrm: string, syntaxAware: boolean, random: Random): string {
  const choices: { at: number; to: string }[] = [];
  const weights: number[] = [];
  for (let at = 0; at < vrm.length; at++)
    for (const { from, to, weight } of CONFUSIONS)
      if (from === vrm[at] && !(syntaxAware && isDigit(from) !== isDigit(to))) {
        choices.push({ at, to });
        weights.push(weight);
      }
  if (choices.length === 0) return vrm;
  const { at, to } = choices[fallsIn(runningTotals(weights), random.next())] as { at: number; to: string };
  return vrm.slice(0, at) + to + vrm.slice(at + 1);
}
