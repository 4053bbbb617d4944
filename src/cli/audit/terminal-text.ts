const LONGEST = 600;

/** What a log says of itself, made fit for a terminal: printable, and of bounded length. */
export const terminalText = (text: string, longest = LONGEST): string =>
  text.replaceAll(/[^\x20-\x7E\u00A0-\uFFFD]/g, "?").slice(0, longest);
