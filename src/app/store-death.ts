import type { Logger } from "../observe/log.ts";

/** For everything else to close; whatever waits for the dead store must not keep the process alive. */
const CLOSE_MS = 10_000;

/**
 * What happens when an embedded store ends by itself: say so, close what still closes, and end the process with exit code 1,
 * so that its supervisor starts it again. Nothing acknowledged is lost: what a client was told was durable by then.
 * @param process `closeRest` closes everything that can be closed; `exit` ends the process
 */
export function storeDeath(
  logger: Pick<Logger, "fatal" | "error">,
  process: { closeRest(): Promise<void>; exit(code: number): void },
  closeMs = CLOSE_MS,
): (error: Error) => void {
  return (error) => {
    logger.fatal(
      { event: "store-died", err: error },
      "The governed store has stopped. This process ends; start it again.",
    );
    const exit = (): void => process.exit(1);
    setTimeout(exit, closeMs).unref();
    process
      .closeRest()
      .catch((cause: unknown) => logger.error({ event: "close-failed", err: cause }))
      .finally(exit);
  };
}
