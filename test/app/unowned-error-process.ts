import { lastResort } from "../../src/cli/last-resort.ts";
import { createLogger } from "../../src/observe/log.ts";

/** A process in which an error that nobody owns comes up, twice, after it was set to end at one. */
const logger = createLogger({ level: "info" });
lastResort((error) => logger.fatal({ event: "unowned-error", err: error }, "The process ends."));
if (process.argv[2] === "thrown") setImmediate(() => raise("thrown"));
else void Promise.reject(new Error("rejected"));
void Promise.reject(new Error("another"));
setInterval(() => undefined, 1_000);

function raise(message: string): never {
  throw new Error(message);
}
