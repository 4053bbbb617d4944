/** Whether a text can be signed as a note: lines, the last one ended, no control characters, nothing that is not Unicode. */
export function isNoteText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the format forbids exactly these characters
  return text.endsWith("\n") && !/[\u0000-\u0009\u000B-\u001F]/.test(text) && !/\p{Surrogate}/u.test(text);
}

/** Whether a name can stand in a key or a signature line: not empty, no white space, no plus sign. */
export function isKeyName(name: string): boolean {
  return name !== "" && !/[\s\u0085+]/u.test(name) && isNoteText(`${name}\n`);
}
