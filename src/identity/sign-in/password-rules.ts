import { guessesOf, type Guesses } from "./password-guesses.ts";

/** Engineering limit: longer text costs work and gains nothing. */
export const LONGEST_PASSWORD = 200;
/** Guesses a new password must stand, as a power of ten: three words drawn by lot stand more, three that all use fewer. */
const LEAST_GUESSES = 10;
const LEAST_DISTINCT = 5;

export const PASSWORD_ADVICE = "Three random words make a good password: long, and easy to remember.";

const REPEATS = "Password must not repeat the same few characters.";
const FAULTS: Readonly<Record<Guesses["madeOf"], string>> = {
  "own words": "Password must not be made of your name, username or organisation.",
  repeats: REPEATS,
  "what many use": "Password must not be made of common words, years or keyboard patterns.",
};

/**
 * What is wrong with a new password, in words for its owner; undefined when it is good. After the guidance of the NCSC: length
 * and a deny list, no composition rules, no expiry (ACC-6).
 * @param about what others know of the person: username, full name, organisation
 */
export async function passwordFault(
  password: string,
  rules: { readonly minimumLength: number; readonly about: readonly string[] },
): Promise<string | undefined> {
  const text = password.normalize("NFKC");
  const { length } = Array.from(text);
  if (length < rules.minimumLength) return `Password must be ${rules.minimumLength} characters or more.`;
  if (length > LONGEST_PASSWORD) return `Password must be ${LONGEST_PASSWORD} characters or fewer.`;
  if (new Set(text.toLowerCase()).size < LEAST_DISTINCT) return REPEATS;
  const { log10, madeOf } = await guessesOf(text, rules.about.flatMap(wordsOf));
  return log10 < LEAST_GUESSES ? FAULTS[madeOf] : undefined;
}

/** A name whole, run together, and word by word. */
function wordsOf(name: string): readonly string[] {
  const whole = name.normalize("NFKC").toLowerCase();
  const words = whole.split(/[^\p{L}\p{N}]+/u);
  return [whole, words.join(""), ...words].filter((word) => word.length >= 3);
}
