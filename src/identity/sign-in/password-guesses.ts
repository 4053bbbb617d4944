import type { Match, ZxcvbnFactory } from "@zxcvbn-ts/core";

/** What is guessed first here but stands far down in lists of the world's passwords, and the example everybody has read. */
const NEAR_TO_HAND: readonly string[] = `
waywarden anpr camera number plate vehicle police constable sergeant inspector superintendent detective officer force county
constabulary word passphrase passwort passwd passw login logon signin secure administrator root server user guest default
change temporary letters england english britain british scotland scottish wales welsh ireland irish london birmingham glasgow
cardiff belfast leeds newcastle manchester tottenham hotspur spurs barcelona madrid rugby january february march april may june
july august september october november december monday tuesday wednesday thursday friday saturday sunday spring summer autumn
winter christmas easter birthday facebook amazon microsoft android iphone linkedin twitter hotmail correct horse battery staple
correcthorsebatterystaple
`
  .trim()
  .split(/\s+/);

/** Engineering limit: time grows faster than length, and what begins well does not end badly. */
const JUDGED_CHARACTERS = 40;

/** How soon a guesser comes upon a password, and by what. */
export interface Guesses {
  /** Decimal logarithm of the number of guesses. */
  readonly log10: number;
  /** What most of it is made of. */
  readonly madeOf: "own words" | "repeats" | "what many use";
}

let loading: Promise<ZxcvbnFactory> | undefined;

/** About 30 MB and a quarter of a second, so that only a process in which somebody chooses a password has it. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  return new ZxcvbnFactory({
    dictionary: {
      passwords: dictionary["passwords-common"],
      // Under this name a word counts as one throw of five dice; the list itself is in alphabetical order.
      diceware: dictionary["diceware-common"],
      nearToHand: [...NEAR_TO_HAND],
    },
    graphs: adjacencyGraphs,
    maxLength: JUDGED_CHARACTERS,
  });
}

/** All parts guessed together, in any order. The estimate of the library takes 10,000 for each further part, however common. */
const guessesOfParts = (sequence: readonly Match[]): number =>
  sequence.reduce((sum, part, at) => sum + Number(part["guessesLog10"]) + Math.log10(at + 1), 0);

/**
 * Estimates how many guesses a password stands: known passwords, words, names, dates, walks over the keyboard and repeats, with
 * digits and signs read as letters. Capitals and what separates words count nothing, another sign within ten times.
 * @param own words that others know of the person, lower case
 */
export async function guessesOf(password: string, own: readonly string[]): Promise<Guesses> {
  loading ??= load();
  const zxcvbn = await loading;
  const typed = password.toLowerCase();
  const bare = typed.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").replace(/[\s.,'_-]+/gu, "");
  const letters = bare.replace(/[^\p{L}\p{N}]/gu, "");
  const readings = [
    { text: typed, signs: 0 },
    { text: bare, signs: 0 },
    { text: letters, signs: bare.length - letters.length },
  ].map(({ text, signs }) => {
    const { sequence } = zxcvbn.check(text.slice(0, JUDGED_CHARACTERS), [...own]);
    return { log10: guessesOfParts(sequence) + signs, sequence };
  });
  const { log10, sequence } = readings.reduce((least, other) => (other.log10 < least.log10 ? other : least));
  if (sequence.some((match) => match["dictionaryName"] === "userInputs"))
    return { log10, madeOf: "own words" };
  const repeats = sequence.some(({ pattern }) => pattern === "repeat");
  return { log10, madeOf: repeats && sequence.length === 1 ? "repeats" : "what many use" };
}
