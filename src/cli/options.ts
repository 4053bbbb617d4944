/** Wrong usage of a command; the process ends with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A numeric option, or undefined when it was not given. @throws UsageError naming the option */
export function numberOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new UsageError(`${name} takes a number, not "${text}".`);
  return value;
}
