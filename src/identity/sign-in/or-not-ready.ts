import { Problem } from "../../errors.ts";

/** Runs a part of coming in; a store that does not answer becomes Problem NOT_READY, which tells nobody anything (ACC-6). */
export async function orNotReady<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem("NOT_READY", "You cannot sign in at the moment. Try again in a minute.", {
      cause,
      retryAfter: 60,
    });
  }
}
