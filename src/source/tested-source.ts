import { networkMatcher } from "../identity/network-matcher.ts";
import { isInForce, type SourceInUse } from "./door.ts";
import type { SourceRefusal } from "./source.ts";

/** Whether a source would be let in now, looked at part by part, and what became of what it sent (READ-7). */
export interface SourceTest {
  readonly source: SourceInUse;
  /** A message would be let in now: nothing below forbids it. */
  readonly lettingIn: boolean;
  /** The address that was held against its networks; null where none is known. */
  readonly address: string | null;
  /** Whether it may send from there; null where no address is known and its networks are limited. */
  readonly networkAllows: boolean | null;
  /** `none-needed` where it has none and needs none. */
  readonly agreement: "in-force" | "not-in-force" | "missing" | "none-needed";
  /** Today and yesterday (UTC), newest day first. */
  readonly refusals: readonly SourceRefusal[];
}

/** @param address to hold against its networks; absent: that of its last message @param at epoch milliseconds */
export function testOf(
  source: SourceInUse,
  refusals: readonly SourceRefusal[],
  address: string | undefined,
  at: number,
): SourceTest {
  const { closed, allowedNetworks, lastMessage, agreement, aggregator } = source;
  const from = address ?? lastMessage?.address ?? null;
  const networkAllows =
    allowedNetworks.length === 0 ? true : from === null ? null : networkMatcher(allowedNetworks)(from);
  return {
    source,
    lettingIn: closed === null && networkAllows !== false,
    address: from,
    networkAllows,
    agreement:
      agreement === null
        ? aggregator
          ? "missing"
          : "none-needed"
        : isInForce(agreement, at)
          ? "in-force"
          : "not-in-force",
    refusals,
  };
}
