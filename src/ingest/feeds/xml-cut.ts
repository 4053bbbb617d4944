const LONG = 1_024;
const MARK = "\uE000";
const BASE64 = /^[A-Za-z0-9+/=\s]*$/;
const MARKED = /\uE000(\d+)\uE000/g;

/** A document whose long base64 runs have been set aside, and the way to put them back. */
export interface CutText {
  readonly text: string;
  /** Puts the runs back that a text of the parsed document stands for. */
  restore(text: string): string;
}

/**
 * Sets long base64 texts aside before parsing, because an XML parser looks at every character of them. Safe: a run is cut only
 * between `>` and `<` and only when it holds nothing that XML could read as markup, so wherever it stood (text, comment,
 * CDATA) the document means the same with the mark in its place. A document that holds the mark, or character references that
 * could spell it, is left alone.
 */
export function cutBase64(text: string): CutText {
  if (text.length < LONG || text.includes(MARK) || text.includes("&#"))
    return { text, restore: (same) => same };
  const runs: string[] = [];
  const kept: string[] = [];
  let keptUpTo = 0;
  for (let open = text.indexOf("<"); open !== -1;) {
    const end = text.indexOf(">", open);
    if (end === -1) break;
    open = text.indexOf("<", end);
    if (open - end <= LONG) continue;
    const run = text.slice(end + 1, open);
    if (!BASE64.test(run)) continue;
    kept.push(text.slice(keptUpTo, end + 1), MARK, String(runs.length), MARK);
    runs.push(run);
    keptUpTo = open;
  }
  if (runs.length === 0) return { text, restore: (same) => same };
  kept.push(text.slice(keptUpTo));
  return { text: kept.join(""), restore: (marked) => restore(marked, runs) };
}

function restore(marked: string, runs: readonly string[]): string {
  if (!marked.includes(MARK)) return marked;
  return marked.replace(MARKED, (_mark, index: string) => runs[Number(index)] ?? "");
}
