/**
 * How many different words of a reason say something: empty phrases such as "for police purposes" are taken out first, a word said
 * again does not count, nor does a single character. `phrases` are lower-case (INV-3).
 */
export function tellingWords(reason: string, phrases: readonly string[]): number {
  let text = ` ${wordsOf(reason).join(" ")} `;
  for (const phrase of [...phrases].sort((a, b) => b.length - a.length)) {
    const padded = ` ${wordsOf(phrase).join(" ")} `;
    // Again, because two that follow each other share a space.
    for (let before = ""; before !== text;) {
      before = text;
      text = text.replaceAll(padded, "  ");
    }
  }
  return new Set(text.split(" ").filter((word) => word.length > 1)).size;
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}'/-]+/u)
    .filter(Boolean);

/**
 * What a reason lacks, in one sentence for whoever typed it; undefined where it says enough.
 * @param least different words that must say something
 */
export function reasonLacks(
  reason: string,
  least: number,
  { emptyPhrases }: { readonly emptyPhrases: readonly string[] },
): string | undefined {
  const words = tellingWords(reason, emptyPhrases);
  if (words >= least) return undefined;
  return (
    `Say more: ${least} different words that tell something are needed, and this has ${words}. Say what is being investigated, ` +
    `how the vehicle or place is involved, and what the reads are expected to show. A word said again does not count, nor do ` +
    `phrases such as “${emptyPhrases[0] ?? "as discussed"}” or “see case file”.`
  );
}
