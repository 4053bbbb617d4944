/** The folders that hold one folder a noun: rooms, and the edges where the same noun stands again. */
const HOLDERS = [
  "src",
  "src/api",
  "src/web",
  "src/web/pages",
  "src/storage/clickhouse",
  "src/storage/postgres",
  "src/cli",
  "test",
  "tools",
] as const;

/** What `./waywarden test` hands on to the test runner. */
export interface Asked {
  /** Test files, parts of their paths, and the runner's own options. */
  readonly patterns: readonly string[];
  /** Patterns that no test file answers to. */
  readonly unknown: readonly string[];
}

/**
 * A noun (`hit`, or `hits`) becomes the test files of its folders at every edge; anything else stays what it is, a part of a
 * path. What begins with a dash, and all after it, belongs to the runner. In: arguments, and every test file, relative to
 * the project.
 */
export function testFiles(asked: readonly string[], files: readonly string[]): Asked {
  const dash = asked.findIndex((one) => one.startsWith("-"));
  const options = dash === -1 ? [] : asked.slice(dash);
  const patterns = new Set<string>();
  const unknown: string[] = [];
  for (const pattern of dash === -1 ? asked : asked.slice(0, dash)) {
    const ofNoun = filesOfNoun(pattern, files);
    if (ofNoun.length > 0) for (const file of ofNoun) patterns.add(file);
    else if (files.some((file) => file.includes(withoutLine(pattern)))) patterns.add(pattern);
    else unknown.push(pattern);
  }
  return { patterns: [...patterns, ...options], unknown };
}

function filesOfNoun(word: string, files: readonly string[]): readonly string[] {
  const folders = HOLDERS.flatMap((holder) => bothNumbers(word).map((noun) => `${holder}/${noun}/`));
  return files.filter((file) => folders.some((folder) => file.startsWith(folder)));
}

/** A noun in the singular and in the plural, whichever was given. */
function bothNumbers(word: string): readonly string[] {
  if (word.endsWith("ies")) return [word, `${word.slice(0, -3)}y`];
  if (word.endsWith("s")) return [word, word.slice(0, -1)];
  return [word, word.endsWith("y") ? `${word.slice(0, -1)}ies` : `${word}s`];
}

/** The runner takes `file.test.ts:12` for the test of that line. */
const withoutLine = (pattern: string): string => pattern.replace(/^\.\//, "").replace(/:\d+$/, "");
