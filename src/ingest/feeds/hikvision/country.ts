import { foldCountry } from "../../../read/country.ts";

/** The vendor's own numbers, as far as an integrator's table is public (PROTOCOLS 2); the rest stay unknown. */
const BY_NUMBER: Readonly<Record<string, string>> = { "17": "GB", "39": "IE" };

/** A camera's country (vendor number, name or code) as alpha-2, or undefined. The numbers are not those of ISO. */
export function countryOf(text: string): string | undefined {
  if (/^\d+$/.test(text)) return Object.hasOwn(BY_NUMBER, text) ? BY_NUMBER[text] : undefined;
  return text === "" || text.length > 40 ? undefined : (foldCountry(text) ?? undefined);
}
