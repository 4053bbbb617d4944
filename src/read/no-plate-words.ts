/** What protocols document that cameras send instead of a mark (PROTOCOLS 0.1), after spaces and hyphens are gone. */
const DOCUMENTED = ["UNKNOWN", "NOPLATE", "UNLICENSED", "<UNKNOWN>", "无车牌"];

let words: ReadonlySet<string> = new Set(DOCUMENTED);

/** One process, one law: the words of the policy pack in force, beside the documented ones. `PolicyInForce` alone calls it. */
export const putNoPlateWordsInForce = (ofPack: readonly string[]): void =>
  void (words = new Set([...DOCUMENTED, ...ofPack.map(plain)]));

/** Whether a text says that there was no plate: in a read, in an entry of a list and in an enquiry alike (READ-3). */
export const isNoPlateWord = (text: string): boolean => words.has(plain(text));

const plain = (text: string): string => text.replace(/[\s-]/g, "").toUpperCase();
