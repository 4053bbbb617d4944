/** Whether a partial VRM is well-formed: A-Z, 0-9, `?` for one character, `*` for any run. */
export const isPattern = (pattern: string): boolean => /^[A-Z0-9?*]{1,12}$/.test(pattern);

/** How many characters of the VRM a pattern gives. */
export const givenCharacters = (pattern: string): number => pattern.replace(/[?*]/g, "").length;

/** Whether a VRM fits a pattern. */
export function fitsPattern(pattern: string, vrm: string): boolean {
  const source = pattern.replace(/\*+/g, ".*").replace(/\?/g, ".");
  return new RegExp(`^${source}$`).test(vrm);
}
