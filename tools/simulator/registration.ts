import { fallsIn, fraction, hash, runningTotals } from "./random.ts";

/** The kinds of registration mark the fleet carries, by their shape. */
export type MarkStyle =
  | "current"
  | "cherished"
  | "prefix"
  | "suffix"
  | "northern-ireland"
  | "foreign"
  | "q"
  | "trade"
  | "military"
  | "diplomatic";

/** A mark as its vehicle carries it. `spaced` is how it stands on the plate, `vrm` the same without spaces. */
export interface Mark {
  readonly vrm: string;
  readonly spaced: string;
  readonly style: MarkStyle;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The issuing region's first letter, where the style has one. */
  readonly region: string | undefined;
}

// Shares of the fleet by style: 88 % current, 6 % cherished, 3 % prefix, 2 % Northern Ireland, the rest rare.
const STYLES: readonly MarkStyle[] = [
  "current",
  "cherished",
  "prefix",
  "suffix",
  "northern-ireland",
  "foreign",
  "q",
  "trade",
  "military",
  "diplomatic",
];
const STYLE_TOTALS = runningTotals([88.1, 6, 3, 0.5, 2, 0.3, 0.03, 0.04, 0.02, 0.01]);

const SERIAL_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ";
const OLD_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXY";
const SECOND_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXY";
const PREFIX_YEARS = "LMNPRSTVWXY";
const SUFFIX_YEARS = "JKLMNPRSTVWXY";
const NI_CODES =
  "AZ BZ CZ DZ EZ FZ GZ HZ IA IB IG IJ IL IW JI JZ KZ LZ MZ NZ OI OZ PZ RZ SZ TZ UI UZ VZ WZ XI XZ YZ".split(
    " ",
  );
const FOREIGN = ["IE", "FR", "PL", "DE", "NL", "RO", "ES", "LT"] as const;

// Licensed vehicles by first letter of the mark; leasing firms swell B, L, K and Y.
const REGIONS = "ABCDEFGHKLMNOPRSVWY".split("");
const REGION_TOTALS = runningTotals([5, 9, 5, 5, 6, 6.5, 6.5, 5, 7, 8, 6, 5, 3.5, 5, 6, 5, 4, 5.5, 8.5]);

// Shares per mille by year of first use 2001 to 2026, half from March and half from September of each.
const SHARE_BY_YEAR = [
  1, 3, 4, 6, 8, 12, 16, 19, 22, 27, 31, 38, 47, 57, 64, 70, 70, 67, 67, 49, 50, 50, 57, 59, 61, 45,
];
const AGES: readonly string[] = SHARE_BY_YEAR.flatMap((_, at) => [
  String(at + 1).padStart(2, "0"),
  String(at + 51),
]);
const AGE_TOTALS = runningTotals(
  SHARE_BY_YEAR.flatMap((share, at) => [at === 0 ? 0 : share * 0.57, share * 0.43]),
);

const GOLDEN = 0.618_033_988_749_895;
const SERIALS = 24 ** 3;

/**
 * The mark of one vehicle of a fleet: a pure function of seed and index. Marks of the current and the prefix
 * style are unique up to some millions of vehicles: the serial repeats every 13,824 vehicles, and each time
 * the golden ratio moves the rest of the mark to a place of its own.
 */
export function markOf(seed: number, index: number): Mark {
  const style = STYLES[fallsIn(STYLE_TOTALS, fraction(seed, index, 1))] as MarkStyle;
  const residue = index % SERIALS;
  const rest = (fraction(seed, residue, 2) + Math.floor(index / SERIALS) * GOLDEN) % 1;
  const serial = (residue * 7_919 + (hash(seed, 3) % SERIALS)) % SERIALS;
  const any = (salt: number): number => hash(seed, index, salt);
  switch (style) {
    case "current": {
      const at = fallsIn(AGE_TOTALS, rest);
      const low = at === 0 ? 0 : (AGE_TOTALS[at - 1] as number);
      const high = AGE_TOTALS[at] as number;
      const within = (rest * (AGE_TOTALS[AGE_TOTALS.length - 1] as number) - low) / (high - low);
      const region = fallsIn(REGION_TOTALS, within);
      const first = REGIONS[region] as string;
      const below = region === 0 ? 0 : (REGION_TOTALS[region - 1] as number);
      const part =
        (within * (REGION_TOTALS[REGION_TOTALS.length - 1] as number) - below) /
        ((REGION_TOTALS[region] as number) - below);
      const second = SECOND_LETTERS[
        Math.min(SECOND_LETTERS.length - 1, Math.floor(part * SECOND_LETTERS.length))
      ] as string;
      return mark(`${first}${second}${AGES[at]} ${letters(serial, SERIAL_LETTERS)}`, style, "GB", first);
    }
    case "prefix": {
      const year = PREFIX_YEARS[Math.floor(rest * PREFIX_YEARS.length)] as string;
      const number = 1 + Math.floor(((rest * PREFIX_YEARS.length) % 1) * 999);
      return mark(`${year}${number} ${letters(serial, OLD_LETTERS)}`, style);
    }
    case "suffix":
      return mark(
        `${letters(any(4), OLD_LETTERS)} ${1 + (any(5) % 999)}${SUFFIX_YEARS[any(6) % SUFFIX_YEARS.length]}`,
        style,
      );
    case "cherished":
      return mark(cherished(any(4), any(5), serial), style);
    case "northern-ireland":
      return mark(`${northernIreland(any(4))} ${1 + (any(5) % 9_999)}`, style);
    case "q":
      return mark(`Q${1 + (any(4) % 999)} ${letters(any(5), OLD_LETTERS)}`, style);
    case "trade":
      return mark(String(10_000 + (any(4) % 90_000)), style);
    case "military":
      return mark(`${pair(any(4))} ${two(any(5))} ${pair(any(6))}`, style);
    case "diplomatic":
      return mark(`${101 + (any(4) % 199)} ${any(5) % 3 === 0 ? "X" : "D"} ${101 + (any(6) % 350)}`, style);
    case "foreign":
      return foreign(any(4), any(5), any(6));
  }
}

function mark(spaced: string, style: MarkStyle, country = "GB", region?: string): Mark {
  return { vrm: spaced.replaceAll(" ", ""), spaced, style, country, region };
}

/** Puts the customary space into a mark whose style is not known, for its plate. */
export function spacedMark(vrm: string): string {
  return /^[A-Z]{2}\d{2}[A-Z]{3}$/.test(vrm)
    ? `${vrm.slice(0, 4)} ${vrm.slice(4)}`
    : vrm.replace(/^([A-Z]\d{1,3}|[A-Z]{1,3}|\d{1,4})(?=[A-Z]{1,3}$|\d{1,4}[A-Z]?$)/, "$1 ");
}

const letters = (from: number, alphabet: string): string => {
  const n = alphabet.length;
  return `${alphabet[Math.floor(from / n / n) % n]}${alphabet[Math.floor(from / n) % n]}${alphabet[from % n]}`;
};
const two = (from: number): string => String(from % 100).padStart(2, "0");
const pair = (from: number): string => `${OLD_LETTERS[from % 23]}${OLD_LETTERS[(from >>> 8) % 23]}`;
const northernIreland = (from: number): string =>
  `${OLD_LETTERS[(from >>> 8) % 23]}${NI_CODES[from % NI_CODES.length]}`;

// Half of bought marks are Northern Irish or short prefix ones, for they are cheap; the rest are dateless.
function cherished(kind: number, from: number, serial: number): string {
  const number = 1 + (from % 999);
  switch (kind % 6) {
    case 0:
    case 1:
      return `${northernIreland(from >>> 3)} ${1 + (from % 9_999)}`;
    case 2:
      return `${PREFIX_YEARS[from % PREFIX_YEARS.length]}${1 + (from % 20)} ${letters(serial, OLD_LETTERS)}`;
    case 3:
      return `${letters(serial, OLD_LETTERS)} ${number}`;
    case 4:
      return `${number} ${letters(serial, OLD_LETTERS)}`;
    default:
      return `${1 + (from % 9_999)} ${pair(from >>> 5)}`;
  }
}

function foreign(kind: number, a: number, b: number): Mark {
  const country = FOREIGN[kind % FOREIGN.length] as (typeof FOREIGN)[number];
  const spaced = {
    IE: `${10 + (a % 17)}${a % 2 === 0 ? 1 : 2} D ${1 + (b % 60_000)}`,
    FR: `${pair(a)} ${100 + (b % 900)} ${pair(b)}`,
    PL: `W${pair(a)} ${10_000 + (b % 90_000)}`,
    DE: `HH ${pair(a)} ${100 + (b % 9_900)}`,
    NL: `${two(a)} ${letters(b, "BDFGHJKLNPRSTVXZ")} ${1 + (a % 9)}`,
    RO: `B ${two(a)} ${letters(b, OLD_LETTERS)}`,
    ES: `${1000 + (a % 9_000)} ${letters(b, "BCDFGHJKLMNPRSTVWXYZ")}`,
    LT: `${letters(a, OLD_LETTERS)} ${100 + (b % 900)}`,
  }[country];
  return mark(spaced, "foreign", country);
}
