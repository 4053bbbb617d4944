/**
 * How many words of a reason say something: empty phrases such as "for police purposes" are taken out first, and single
 * characters do not count. `phrases` are lower-case.
 */
export function tellingWords(reason: string, phrases: readonly string[]): number {
  let text = ` ${wordsOf(reason).join(" ")} `;
  for (const phrase of [...phrases].sort((a, b) => b.length - a.length))
    text = text.replaceAll(` ${wordsOf(phrase).join(" ")} `, "  ");
  return text.split(" ").filter((word) => word.length > 1).length;
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}'/-]+/u)
    .filter(Boolean);
