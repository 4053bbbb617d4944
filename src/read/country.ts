import { getAlpha3Codes, getNumericCodes, numericToAlpha2 } from "i18n-iso-countries/index.js";
import english from "i18n-iso-countries/langs/en.json" with { type: "json" };

/** What devices write and ISO 3166-1 does not know (PROTOCOLS 0.1, 12.3); Dubai has plates of its own. */
const OWN: Readonly<Record<string, string>> = { DXB: "AE" };

/** Alpha-2 by every spelling: alpha-2, alpha-3, three digits, and the English names, in capitals. */
const ALPHA_2 = new Map<string, string>([
  ...Object.entries(getAlpha3Codes()),
  ...Object.keys(getNumericCodes()).map((digits) => [digits, numericToAlpha2(digits) ?? ""] as const),
  ...Object.entries<string | string[]>(english.countries).flatMap(([alpha2, names]) =>
    [alpha2, ...[names].flat()].map((name) => [name.toUpperCase(), alpha2] as const),
  ),
  ...Object.entries(OWN),
]);

/**
 * Folds a country as devices write it (`GBR`, `UK`, `gb`, `826`, `Poland`) to ISO 3166-1 alpha-2.
 * @returns null for anything that is not in the table; a missing country is never guessed.
 */
export const foldCountry = (text: string): string | null =>
  ALPHA_2.get(text) ?? ALPHA_2.get(text.trim().toUpperCase()) ?? null;
