/**
 * What becomes of an error that nobody owns: one fatal line, and the process ends with 1 for its supervisor to start again.
 * Going on would mean answering from a state that nobody knows.
 * @param fatal writes the line, and has written it when it returns
 */
export function lastResort(fatal: (error: unknown) => void): void {
  let over = false;
  const end = (error: unknown): void => {
    if (over) return;
    over = true;
    try {
      fatal(error);
    } finally {
      process.exit(1);
    }
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}
