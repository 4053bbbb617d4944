/** A value in a sentence; nothing where the member is absent. */
export const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** ` under MID-2026-0417`, or nothing where the member is absent. */
export const after = (word: string, value: unknown): string =>
  text(value) === "" ? "" : ` ${word} ${text(value)}`;

/** `3 reads`, `1 read`; nothing for none. */
export function many(value: unknown, one: string): string {
  const count = Array.isArray(value) ? value.length : typeof value === "number" ? value : 0;
  return count === 0 ? "" : `${count.toLocaleString("en-GB")} ${one}${count === 1 ? "" : "s"}`;
}
