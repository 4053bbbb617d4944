import { DataRefused } from "../errors.ts";
import { writeApart } from "../flow/write-apart.ts";
import type { Outcome } from "./outcome.ts";

/** Ends when all have ended, also after one failed: nothing may still be on its way to a store when the sender is told to repeat. */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}

/**
 * Writes what passed; where a store cannot hold what one of them says, that one is refused and its neighbours are kept.
 * @throws whatever else kept them from being written
 */
export async function allButRefused<Item extends { readonly index: number }>(
  items: readonly Item[],
  outcomes: (Outcome | undefined)[],
  write: (some: readonly Item[]) => Promise<void>,
): Promise<void> {
  const ended = await writeApart(items, async (some) => {
    await write(some);
    return [];
  });
  for (const [at, result] of ended.entries()) {
    if (result.status === "fulfilled") continue;
    if (!(result.reason instanceof DataRefused)) throw result.reason;
    outcomes[(items[at] as Item).index] = NOT_STORABLE;
  }
}

const NOT_STORABLE: Outcome = {
  verdict: "refused",
  code: "NOT_STORABLE",
  path: "",
  message: "The store cannot hold one of its values. Do not send it again as it is.",
};
