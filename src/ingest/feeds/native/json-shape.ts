const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
/** Of an array with more elements, the members of the rest are not told apart: it is refused whole. */
const MOST_ELEMENTS = 100_000;

/** Where the string that opened at `open` ends, or the end of the text. */
function endOfString(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** What a JSON text is made of, found without parsing it; of a text that is no JSON it says nothing reliable. */
export interface JsonShape {
  /** The deepest nesting. */
  readonly depth: number;
  /** How many members are written in the whole text, or, where it is an array, in each of its elements. */
  readonly members: readonly number[];
}

/** The shape of a whole JSON body. */
export function shapeOf(text: string): JsonShape {
  const members = [0];
  let isArray = false;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COLON:
        members[members.length - 1] = (members.at(-1) ?? 0) + 1;
        break;
      case COMMA:
        if (isArray && depth === 1 && members.length < MOST_ELEMENTS) members.push(0);
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        isArray ||= deepest === 0 && text.charCodeAt(at) === OPEN_BRACKET;
        deepest = Math.max(deepest, ++depth);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
    }
  }
  return { depth: deepest, members };
}

/**
 * Whether a name is there twice in one object of a JSON text, given what it was parsed to; also true where that nests deeper
 * than `levels`. This runs for every NDJSON line: where the text escapes nothing, each of its colons belongs to a member or to
 * a string that is still there, and only if the sums differ is it looked at closely.
 */
export function hasNameTwice(text: string, value: unknown, levels: number): boolean {
  if (!text.includes("\\") && colonsIn(text) === membersAndColons(value, levels)) return false;
  return shapeOf(`[${text}]`).members[0] !== membersOf(value, levels);
}

function colonsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) count++;
  return count;
}

/** The members of a parsed value, and the colons in its strings; names with a colon are left to a closer look. */
function membersAndColons(value: unknown, levels: number): number {
  if (typeof value === "string") return colonsIn(value);
  if (typeof value !== "object" || value === null) return 0;
  if (levels === 0) return Number.NaN;
  let count = 0;
  for (const name in value) {
    const inner = (value as Record<string, unknown>)[name];
    count += 1;
    if (typeof inner === "string") count += colonsIn(inner);
    else if (typeof inner === "object") count += membersAndColons(inner, levels - 1);
  }
  return Array.isArray(value) ? count - value.length : count;
}

/**
 * How many members a parsed value has, inner ones included; NaN where it nests deeper than `levels`. Fewer than were written
 * means that a name was there twice, of which `JSON.parse` lets the last one win: nobody knows what the sender meant
 * (RFC 8259, 4).
 */
export function membersOf(value: unknown, levels: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (levels === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const inner of value) count += membersOf(inner, levels - 1);
    return count;
  }
  for (const name in value) {
    const inner = (value as Record<string, unknown>)[name];
    count += typeof inner === "object" ? 1 + membersOf(inner, levels - 1) : 1;
  }
  return count;
}
