/**
 * Says in one sentence why a normalised VRM is no UK, Crown dependency or Gibraltar mark. Marks of the current shape
 * are judged elsewhere. The reason is for people who look at a doubtful read; nothing is decided by it.
 */
export function whyNoUkShape(vrm: string): string {
  return REASONS.find(([pattern]) => pattern.test(vrm))?.[1] ?? nearlyCurrent(vrm) ?? OTHERWISE;
}

const OTHERWISE = "The order of its letters and digits fits no UK style.";

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^\d{1,2}$/, "One or two digits alone are more likely a road sign than a Guernsey mark."],
  [/^\d+$/, "Digits alone are a Guernsey or trade mark only where there are three to five."],
  [/^[A-Z]+$/, "There is no digit in it."],
  [/^.{8,}$/, "It has more than seven characters."],
  [/^[IOUZ]\d{1,3}[A-Z]{3}$/, "I, O, U and Z were never year letters of the prefix style."],
  [/^[A-Z]{3}\d{1,3}[IOQUZ]$/, "I, O, Q, U and Z were never year letters of the suffix style."],
  [/^(?:[A-Z]+0|0\d*[A-Z])/, "The number begins with 0."],
  [/\d{5}/, "It has five or more digits with letters."],
  [/^[A-Z]\d{4}[A-Z]{3}$/, "A mark of the prefix style has at most three digits."],
  [
    /^(?:[A-Z]{3}\d{4})$/,
    "Three letters go with four digits only where the last two are a Northern Ireland code.",
  ],
  [/^\d{4}[A-Z]{3}$/, "Four digits go with at most two letters after them."],
  [/^[A-Z]{4,}\d+$/, "There are more than three letters before the digits."],
  [/^\d{3}[A-Z]\d{3}$/, "A diplomatic mark has D or X between its digits."],
  [/^[A-Z]\d{1,3}[A-Z]{3}$/, "I, Q and Z are not used in the last three letters of the prefix style."],
  [/^[A-Z]{3}\d{1,3}[A-Z]$/, "I, Q and Z are not used in the first three letters of the suffix style."],
];

/** Names the one place where a seven-character mark departs from AB51 ABC, the commonest fault of a camera. */
function nearlyCurrent(vrm: string): string | undefined {
  if (vrm.length !== 7) return undefined;
  const wrong = [0, 1, 2, 3, 4, 5, 6].filter((at) => isDigit(vrm, at) !== (at === 2 || at === 3));
  const at = wrong[0];
  if (at === undefined || wrong.length > 1) return undefined;
  return isDigit(vrm, at)
    ? `Character ${at + 1} is the digit ${vrm.charAt(at)} where the current style has a letter.`
    : `Character ${at + 1} is the letter ${vrm.charAt(at)} where the current style has a digit.`;
}

const isDigit = (vrm: string, at: number): boolean => vrm.charAt(at) <= "9";
