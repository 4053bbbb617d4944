/** Every kind of mark told apart. `foreign` and `none` are not UK, Crown dependency or Gibraltar marks. */
export type VrmClass =
  | "current"
  | "prefix"
  | "suffix"
  | "dateless"
  | "northern-ireland"
  | "q"
  | "trade"
  | "diplomatic"
  | "military"
  | "personal-export"
  | "isle-of-man"
  | "jersey"
  | "guernsey"
  | "alderney"
  | "gibraltar"
  | "foreign"
  | "none";

/** The two-letter area codes of Northern Ireland. */
const NI_CODES =
  "(?:DZ|IA|KZ|RZ|IB|LZ|XZ|AZ|CZ|EZ|FZ|GZ|MZ|OI|OZ|PZ|TZ|UZ|WZ|XI|BZ|IJ|JZ|SZ|IG|IL|IW|NZ|YZ|UI|HZ|JI|VZ)";

/** Classes that the shape alone decides. Where two share a shape, only the colour of the plate tells them apart. */
export const SHAPES: readonly (readonly [VrmClass, RegExp])[] = [
  ["prefix", /^[A-HJ-NPR-TV-Y][1-9]\d{0,2}[A-HJ-PR-Y]{3}$/],
  ["q", /^Q[1-9]\d{0,2}[A-HJ-PR-Y]{3}$/],
  ["isle-of-man", /^(?:(?:[A-Z]?MN|MAN)\d{1,4}[A-Z]?|\d{1,4}MA?N)$/],
  ["suffix", /^[A-HJ-PR-Y]{3}[1-9]\d{0,2}[A-HJ-NPR-TV-Y]$/],
  ["dateless", /^(?:[A-HJ-PR-Y]{3}[1-9]\d{0,2}|[A-HJ-PR-Y]{1,2}[1-9]\d{0,3})$/],
  ["dateless", /^(?:[1-9]\d{0,2}[A-HJ-PR-Y]{3}|[1-9]\d{0,3}[A-HJ-PR-Y]{1,2})$/],
  ["northern-ireland", new RegExp(`^(?:[A-Z]?${NI_CODES}[1-9][0-9]{0,3}|[1-9][0-9]{0,3}${NI_CODES})$`)],
  ["trade", /^(?:\d{3}[A-Z]{1,3}|\d{5})$/],
  ["diplomatic", /^\d{3}[DX]\d{3}$/],
  ["military", /^(?:\d{2}[A-Z]{2}\d{2}|[A-Z]{2}\d{2}[A-Z]{2})$/],
  ["jersey", /^J\d{1,6}$/],
  // One or two digits alone are speed limit signs far more often than Guernsey marks.
  ["guernsey", /^\d{3,5}$/],
  ["alderney", /^AY\d{1,4}$/],
  ["gibraltar", /^G\d{4,5}[A-Z]?$/],
];

/** Shapes of the vehicles from abroad most often seen in Great Britain; consulted only where no UK shape fits. */
export const FOREIGN_SHAPES: readonly RegExp[] = [
  // France, Italy
  /^[A-HJ-NP-TV-Z]{2}\d{3}[A-HJ-NP-TV-Z]{2}$/,
  // Germany
  /^[A-Z]{2,5}[1-9]\d{0,3}[EH]?$/,
  // Ireland since 1987 and, with the half year, since 2013
  /^(?:8[7-9]|9\d|0\d|1[0-2]|(?:1[3-9]|[2-9]\d)[12])[A-Z]{1,2}[1-9]\d{0,5}$/,
  // Belgium
  /^[1-9][A-Z]{3}\d{3}$/,
  // Poland
  /^(?:[A-Z]{2,3}\d{5}|[A-Z]{2,3}\d{4}[A-Z]|[A-Z]{2,3}\d{3}[A-Z]{2})$/,
  // The Netherlands
  /^(?:\d{2}[B-DF-HJ-NP-TV-Z]{3}\d|\d[B-DF-HJ-NP-TV-Z]{3}\d{2}|[B-DF-HJ-NP-TV-Z]{2}\d{3}[B-DF-HJ-NP-TV-Z])$/,
  // Spain
  /^\d{4}[B-DF-HJ-NP-TV-Z]{3}$/,
];

/** The shape of the current GB style, whatever its letters: AB51 ABC. */
export const CURRENT_SHAPE = /^[A-Z]{2}\d{2}[A-Z]{3}$/;
