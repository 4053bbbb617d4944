import { isServiceName } from "../audit/actor.ts";

/** What a username may be: no letter that looks like another, so that nobody is taken for somebody else (ACC-2). */
const USERNAME = /^[a-z0-9][a-z0-9._-]{1,63}$/;

/**
 * A username in its one form: compatibility forms (full-width letters and the like) folded, lower case, no space around it.
 * @returns undefined for what cannot be one: a name with a Cyrillic letter that looks Latin, or one of the service's own in the log
 */
export function readUsername(text: string): string | undefined {
  const username = foldUsername(text);
  return USERNAME.test(username) && !isServiceName(username) ? username : undefined;
}

/**
 * The same for anything that was typed as a username, to count it; at most 100 characters. What cannot be seen shows as U+FFFD:
 * it makes no name the same as another, and every store can hold it.
 */
export const foldUsername = (text: string): string =>
  text.slice(0, 400).normalize("NFKC").trim().replace(/\p{C}/gu, "\ufffd").toLowerCase().slice(0, 100);
