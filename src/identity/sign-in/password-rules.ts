import { COMMON_WORDS, KEYBOARD_WALKS } from "./common-passwords.ts";

/** Engineering limit: longer text costs work and gains nothing. */
export const LONGEST_PASSWORD = 200;
/** What must remain of a password when everything guessable is taken away; a digit counts half a letter. */
const LEAST_REMAINDER = 5;
const LEAST_DISTINCT = 5;

export const PASSWORD_ADVICE = "Three random words make a good password: long, and easy to remember.";

/**
 * What is wrong with a new password, in words for its owner; undefined when it is good. After the guidance of the NCSC: length
 * and a deny list, no composition rules, no expiry (ACC-6).
 * @param about what others know of the person: username, full name, organisation
 */
export function passwordFault(
  password: string,
  rules: { readonly minimumLength: number; readonly about: readonly string[] },
): string | undefined {
  const text = password.normalize("NFKC");
  const { length } = Array.from(text);
  if (length < rules.minimumLength) return `Use at least ${rules.minimumLength} characters.`;
  if (length > LONGEST_PASSWORD) return `Use at most ${LONGEST_PASSWORD} characters.`;
  const lower = text.toLowerCase();
  if (new Set(lower).size < LEAST_DISTINCT || isRepeated(lower))
    return "This repeats the same few characters.";
  const own = rules.about
    .flatMap((name) =>
      name
        .normalize("NFKC")
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u),
    )
    .filter((word) => word.length >= 3);
  const withoutCommon = remainder(lower, COMMON_WORDS);
  if (withoutCommon < LEAST_REMAINDER) return "This is made of words, years or keys that many people use.";
  if (remainder(lower, [...COMMON_WORDS, ...own]) < LEAST_REMAINDER)
    return "This is made of your own name, username or organisation.";
  return undefined;
}

/** Whether a text is one short block over and over, such as `horsehorsehorse`. */
function isRepeated(text: string): boolean {
  for (let block = 1; block <= Math.min(8, text.length / 2); block++)
    if (text.length % block === 0 && text === text.slice(0, block).repeat(text.length / block)) return true;
  return false;
}

const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "9": "g",
  "@": "a",
  $: "s",
  "!": "i",
  "|": "l",
  "+": "t",
};
const unleet = (text: string, one: "i" | "l"): string =>
  text.replace(/./gsu, (sign) => (sign === "1" || sign === "!" ? one : (LEET[sign] ?? sign)));

/** How much of a password no list knows: the least over its readings, as typed and with digits read as letters. */
function remainder(lower: string, words: readonly string[]): number {
  const [, before = "", core = "", after = ""] = /^([^\p{L}]*)(.*?)([^\p{L}]*)$/su.exec(lower) ?? [];
  const around = weigh(strip(before, [])) + weigh(strip(after, []));
  const readings = [core, unleet(core, "i"), unleet(core, "l")];
  return Math.min(...readings.map((reading) => weigh(strip(reading, words)))) + around;
}

const weigh = (text: string): number =>
  Array.from(text).reduce((sum, sign) => sum + (/\p{L}/u.test(sign) ? 1 : /\p{N}/u.test(sign) ? 0.5 : 0), 0);

/** Takes away known words, longest first, then years, walks over the keyboard and runs of one character. */
function strip(text: string, words: readonly string[]): string {
  let left = text;
  for (const word of [...words].sort((a, b) => b.length - a.length)) left = left.replaceAll(word, " ");
  left = left.replace(/(19|20)\d\d/g, " ").replace(/(.)\1{2,}/gu, " ");
  return withoutWalks(left);
}

function withoutWalks(text: string): string {
  let left = "";
  for (let at = 0; at < text.length;) {
    let length = 0;
    for (const walk of WALKS)
      for (let run = 3; at + run <= text.length && walk.includes(text.slice(at, at + run)); run++)
        length = Math.max(length, run);
    left += length === 0 ? text[at] : " ";
    at += Math.max(1, length);
  }
  return left;
}

const WALKS = KEYBOARD_WALKS.flatMap((walk) => [walk, Array.from(walk).reverse().join("")]);
