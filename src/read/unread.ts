/** What cameras write for a letter that they did not read. */
const UNREAD = /[?_#*]/g;
/** Fewer letters than this that were read say nothing: such a passage is found by no part of a VRM. */
export const LEAST_READ = 3;

/** Whether a character stands for a letter that was not read. */
export const isUnread = (character: string): boolean => /^[?_#*]$/.test(character);

/**
 * Whether a passage whose mark was read in part, `AB12?DE` as it was sent, may be one that a pattern asks for: `?` is one
 * character, `*` any run, and a letter that was not read may be any (READ-3).
 */
export function mayFitPattern(pattern: string, sent: string): boolean {
  const read = sent.toUpperCase().replace(/[\s.-]/g, "");
  const missing = read.match(UNREAD)?.length ?? 0;
  return missing > 0 && read.length - missing >= LEAST_READ && new RegExp(unreadPattern(pattern)).test(read);
}

/** A pattern of A–Z, 0–9, `?` and `*` as a regular expression over marks with unread letters in them; RE2 takes it too. */
export const unreadPattern = (pattern: string): string =>
  `^${Array.from(pattern.replace(/\*+/g, "*"), (character) =>
    character === "*" ? ".*" : character === "?" ? "." : `[${character}?_#*]`,
  ).join("")}$`;
