import type { PolicyRule } from "./cedar/rules.ts";
import type { PolicyNumbers } from "./pack/numbers.ts";

/** The files a pack is made of. */
export const PACK_FILES = ["numbers.json", "access.cedar", "schema.cedarschema"] as const;
export type PackTexts = Readonly<Record<(typeof PACK_FILES)[number], string>>;

/** A policy pack: the numbers under their names, and the sentences that decide. */
export interface PolicyPack extends PolicyNumbers {
  /** SHA-256 over its files, hexadecimal. */
  readonly digest: string;
  readonly rules: readonly PolicyRule[];
  readonly texts: PackTexts;
}
