import { isNoPlateWord } from "./no-plate-words.ts";
import { isUnread } from "./unread.ts";
import { foldCharacter } from "./vrm-fold.ts";

/** The longest VRM that is kept; foreign marks and marks read with a country badge fit in it. */
export const VRM_MAX_LENGTH = 10;

/** Longer text than this is refused before any work is done on it. */
const SENT_MAX_LENGTH = 64;

/**
 * What became of the text that a camera sent as the mark of one vehicle.
 * - `vrm`: 1 to 10 of A–Z and 0–9; `folded` when some letters came from another script that looks alike.
 * - `no-read`: the vehicle passed and no mark was read; keep the passage, never match it.
 * - `other-script`: a mark that has no Latin form; keep the text as sent, there is no VRM.
 * - `partial`: some letters were not read (`AB12?DE`); keep the passage and the text, never match it. `why` is for people who
 *   typed it.
 * - `invalid`: the text is no mark; `why` is a sentence for the sender.
 */
export type VrmResult =
  | { readonly kind: "vrm"; readonly vrm: string; readonly folded: boolean }
  | { readonly kind: "no-read" }
  | { readonly kind: "other-script" }
  | { readonly kind: "partial"; readonly why: string }
  | { readonly kind: "invalid"; readonly why: string };

const NO_READ: VrmResult = { kind: "no-read" };
const OTHER_SCRIPT: VrmResult = { kind: "other-script" };

/** Blue, yellow, white, black, green: some makers' cameras put the plate's colour before the mark (PROTOCOLS 2). */
const PLATE_COLOUR = /^[蓝黄白黑绿](?=[A-Za-z0-9])/u;

/** By ASCII code: the letter or digit to keep, "" for what is stripped, null for what no mark contains. */
const ASCII: readonly (string | null)[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z0-9]/.test(character)) return character.toUpperCase();
  return /[\s.-]/.test(character) ? "" : null;
});

const invalid = (why: string): VrmResult => ({ kind: "invalid", why });

/**
 * The one form in which a mark is stored, matched and searched: upper case, without spaces, hyphens and dots, with
 * full-width and accented letters folded. Nothing is corrected: O stays O and 0 stays 0.
 * `sent` is the text as it came; any string is answered, none throws (READ-2; PROTOCOLS 0.1).
 */
export function normaliseVrm(sent: string): VrmResult {
  if (sent.length > SENT_MAX_LENGTH) {
    return invalid(`The text is ${sent.length} characters long; a VRM has at most ${VRM_MAX_LENGTH}.`);
  }
  let vrm = "";
  let digits = false;
  let unread = -1;
  for (let at = 0; at < sent.length; at++) {
    const code = sent.charCodeAt(at);
    if (code >= 128) return normaliseBeyondAscii(sent);
    const kept = ASCII[code];
    if (kept === null || kept === undefined) {
      if (isNoPlateWord(sent)) return NO_READ;
      if (!isUnread(sent.charAt(at))) return badCharacter(sent, at);
      if (unread === -1) unread = at;
      vrm += "?";
      continue;
    }
    if (code >= 48 && code <= 57) digits = true;
    vrm += kept;
  }
  return unread === -1 ? finish(vrm, digits, false) : partial(sent, unread, vrm);
}

/** The same for text with characters outside ASCII, at leisure. */
function normaliseBeyondAscii(text: string): VrmResult {
  if (isNoPlateWord(text)) return NO_READ;
  const sent = text.replace(PLATE_COLOUR, "");
  let vrm = "";
  let folded = false;
  let otherScript = false;
  let unread = -1;
  let at = 0;
  for (const character of sent) {
    const fold = foldCharacter(character);
    if (fold.kind === "refused") return badCharacter(sent, at);
    if (fold.kind === "other-script") otherScript = true;
    else {
      for (const ascii of fold.text) {
        const kept = ASCII[ascii.charCodeAt(0)];
        if (isUnread(ascii)) {
          if (unread === -1) unread = at;
          vrm += "?";
        } else if (kept === null || kept === undefined) return badCharacter(sent, at);
        else vrm += kept;
      }
      folded ||= fold.lookAlike;
    }
    at += character.length;
  }
  if (otherScript) return OTHER_SCRIPT;
  return unread === -1 ? finish(vrm, /[0-9]/.test(vrm), folded) : partial(sent, unread, vrm);
}

/** A mark with letters that were not read; where none was read, there is no read. */
function partial(sent: string, at: number, vrm: string): VrmResult {
  if (/^\?*$/.test(vrm)) return NO_READ;
  if (vrm.length > VRM_MAX_LENGTH) return tooLong(vrm);
  return {
    kind: "partial",
    why: `${sayCharacter(sent, at)}, the mark of a letter that was not read; a whole VRM has none.`,
  };
}

function finish(vrm: string, digits: boolean, folded: boolean): VrmResult {
  if (vrm.length === 0) return NO_READ;
  if (!digits && isNoPlateWord(vrm)) return NO_READ;
  return vrm.length > VRM_MAX_LENGTH ? tooLong(vrm) : { kind: "vrm", vrm, folded };
}

const tooLong = (vrm: string): VrmResult =>
  invalid(`There are ${vrm.length} letters and digits; a VRM has at most ${VRM_MAX_LENGTH}.`);

const badCharacter = (sent: string, at: number): VrmResult =>
  invalid(`${sayCharacter(sent, at)}; a VRM holds only letters and digits.`);

/** Which character stands at a place of a text: `Character 5 is “'”`. */
export function sayCharacter(sent: string, at: number): string {
  const code = sent.codePointAt(at) ?? 0;
  const shown =
    code > 32 && code < 127
      ? `“${String.fromCharCode(code)}”`
      : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return `Character ${at + 1} is ${shown}`;
}
