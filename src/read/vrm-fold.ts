/** How one character outside plain Latin is written in a VRM. */
export type Fold =
  | { readonly kind: "text"; readonly text: string; readonly lookAlike: boolean }
  | { readonly kind: "other-script" }
  | { readonly kind: "refused" };

/** Latin letters that Unicode does not take apart into a base letter and an accent. */
const LATIN = new Map(
  Object.entries({ Æ: "AE", Œ: "OE", Ø: "O", Ł: "L", Đ: "D", Ð: "D", Þ: "TH", Ħ: "H", Ŧ: "T" }),
);

/** Cyrillic and Greek capitals that no camera can tell from Latin ones; European plates use only such. */
const LOOK_ALIKES = new Map([
  ...pairs("АВЕКМНОРСТУХІ", "ABEKMHOPCTYXI"),
  ...pairs("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
]);

/** Spaces, dashes, invisible characters, accents standing alone, and the dots and bullets between groups. */
const STRIPPED = /^[\p{White_Space}\p{Dash_Punctuation}\p{Format}\p{Mark}·•∙‧⋅・−]$/u;

/**
 * Folds one code point to upper-case ASCII, "" for what is stripped. Full-width and other compatibility forms are
 * taken for what they stand for. The text may hold ASCII punctuation, which the caller judges.
 */
export function foldCharacter(character: string): Fold {
  let text = "";
  let lookAlike = false;
  for (const part of character.normalize("NFKD").toUpperCase()) {
    const latin = part <= "\u007f" ? part : LATIN.get(part);
    const alike = LOOK_ALIKES.get(part);
    if (latin !== undefined) text += latin;
    else if (alike !== undefined) {
      text += alike;
      lookAlike = true;
    } else if (STRIPPED.test(part)) continue;
    else return /^[\p{Letter}\p{Number}]$/u.test(part) ? { kind: "other-script" } : { kind: "refused" };
  }
  return { kind: "text", text, lookAlike };
}

function pairs(from: string, to: string): [string, string][] {
  return Array.from(from, (letter, i) => [letter, to.charAt(i)]);
}
