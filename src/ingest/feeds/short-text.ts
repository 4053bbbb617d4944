import type { Note } from "../../read/capture.ts";

/** Control and formatting characters, halves of characters, and what stands for bytes that were no UTF-8. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/gu;
const PLAIN = /^[\x20-\x7e]*$/;

/** Whether a text holds nothing but printable ASCII, as nearly all do. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/**
 * A make, model or colour as it may be kept: without characters that no page, CSV or store should meet, and cut to `most`.
 * @param path the field, for the note
 * @returns the text, empty where nothing is left, and what was done to it
 */
export function shortText(sent: string, path: string, most: number): { text: string; note: Note | null } {
  // A long text is bounded before any work is done on it.
  const bounded = sent.length > most ? sent.slice(0, most * 2) : sent;
  const fit = isPlain(bounded) ? bounded : bounded.replace(UNFIT, "");
  if (fit.length > most) {
    const message = `The text has ${sent.length} characters and was cut; send at most ${most}.`;
    return { text: cut(fit, most), note: { code: "TEXT_CUT", path, message } };
  }
  if (fit === sent) return { text: fit, note: null };
  const message = "Control characters, or bytes that are no UTF-8, were taken out of the text.";
  return { text: fit, note: { code: "TEXT_INVALID", path, message } };
}

/** At most so many UTF-16 units, and never half a character. */
const cut = (text: string, most: number): string =>
  text
    .slice(0, most)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd();
