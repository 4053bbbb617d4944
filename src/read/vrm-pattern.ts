import { foldCharacter } from "./vrm-fold.ts";
import { sayCharacter } from "./vrm.ts";

/** A part of a mark as it is matched and searched for, or a sentence that says which character cannot be in it. */
export type PatternFold =
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "invalid"; readonly why: string };

/**
 * Folds a pattern as whole marks are folded: upper case, without spaces, dashes and dots, accents and look-alikes as Latin;
 * `?` (one character) and `*` (any run) stay. How long and how wide it may be is for the caller to say (READ-2).
 */
export function foldPattern(sent: string): PatternFold {
  let pattern = "";
  let at = 0;
  for (const character of sent) {
    const fold = foldCharacter(character);
    if (fold.kind !== "text") return invalid(sent, at);
    for (const ascii of fold.text) {
      if (/[A-Za-z0-9?*]/.test(ascii)) pattern += ascii.toUpperCase();
      else if (!/[\s.-]/.test(ascii)) return invalid(sent, at);
    }
    at += character.length;
  }
  return { kind: "pattern", pattern };
}

const invalid = (sent: string, at: number): PatternFold => ({
  kind: "invalid",
  why: `${sayCharacter(sent, at)}; a pattern holds only letters, digits, ? for one character and * for any number.`,
});
