import { networkMatcher } from "../identity/network-matcher.ts";
import { closedTo, isInForce, type Closed } from "./door.ts";
import type { KnownSource, LastMessage, SourceRefusal } from "./source.ts";

/** Whether a source would be let in now, looked at part by part, and what became of what it sent (READ-7). */
export interface SourceTest {
  readonly source: KnownSource;
  /** A message would be let in now: nothing below forbids it. */
  readonly lettingIn: boolean;
  /** What closes the door for it; null where nothing does. */
  readonly closed: Closed | null;
  /** The address that was held against its networks; null where none is known. */
  readonly address: string | null;
  /** Whether it may send from there; null where no address is known and its networks are limited. */
  readonly networkAllows: boolean | null;
  /** `none-needed` where it has none and needs none. */
  readonly agreement: "in-force" | "not-in-force" | "missing" | "none-needed";
  readonly lastMessage: LastMessage | null;
  /** Today and yesterday (UTC), newest day first. */
  readonly refusals: readonly SourceRefusal[];
}

/** @param address to hold against its networks; absent: that of its last message @param at epoch milliseconds */
export function testOf(
  source: KnownSource,
  refusals: readonly SourceRefusal[],
  address: string | undefined,
  at: number,
): SourceTest {
  const { allowedNetworks, lastMessage, agreement, aggregator } = source;
  const closed = closedTo(source, at) ?? null;
  const from = address ?? lastMessage?.address ?? null;
  const networkAllows =
    allowedNetworks.length === 0 ? true : from === null ? null : networkMatcher(allowedNetworks)(from);
  return {
    source,
    lettingIn: closed === null && networkAllows !== false,
    closed,
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
    lastMessage,
    refusals,
  };
}
