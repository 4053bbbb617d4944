import { Problem, type ErrorCode } from "../errors.ts";
import type { Agreement, KnownSource, RegisteredSource } from "./source.ts";

const DAY_MS = 86_400_000;
/** A sender that may be let in again is told to come back after this. */
const RETRY_SECONDS = 60;

/** Why a source that is known is not let in; each may end without anything changing at the sender. */
export const DOOR_CODES = [
  "SOURCE_SWITCHED_OFF",
  "ORGANISATION_NOT_APPROVED",
  "AGREEMENT_NOT_IN_FORCE",
] as const satisfies readonly ErrorCode[];
export type DoorCode = (typeof DOOR_CODES)[number];

export interface Closed {
  readonly code: DoorCode;
  /** What is the matter, as a sender and a person may read it. */
  readonly detail: string;
}

type Judged = Pick<RegisteredSource, "name" | "enabled" | "aggregator" | "agreement" | "owner">;

/** Epoch milliseconds of the end of a day `YYYY-MM-DD`, UTC. */
const endOf = (day: string): number => Date.parse(day) + DAY_MS;

/** Whether an agreement covers a moment (epoch milliseconds). */
export const isInForce = ({ from, until }: Pick<Agreement, "from" | "until">, at: number): boolean =>
  at >= Date.parse(from) && at < endOf(until);

/**
 * Why nothing of a source is let in at a moment, or undefined where it is (READ-7, READ-4, ACC-1): its own switch, the approval
 * and written policy of its organisation, and the agreement that a source for several organisations needs, and that binds any
 * other that has one.
 * @param at epoch milliseconds
 */
export function closedTo(source: Judged, at: number): Closed | undefined {
  const { name, agreement, owner } = source;
  if (!source.enabled) return { code: "SOURCE_SWITCHED_OFF", detail: `Source "${name}" is switched off.` };
  const { state, policyUntil, hadPolicy } = owner;
  if (state !== "approved")
    return { code: "ORGANISATION_NOT_APPROVED", detail: `The organisation of source "${name}" is ${state}.` };
  if (policyUntil === null ? hadPolicy : at >= endOf(policyUntil))
    return {
      code: "ORGANISATION_NOT_APPROVED",
      detail: `The written policy of the organisation of source "${name}" has lapsed.`,
    };
  if (agreement === null ? source.aggregator : !isInForce(agreement, at))
    return { code: "AGREEMENT_NOT_IN_FORCE", detail: sayAgreement(name, agreement, at) };
  return undefined;
}

/** A source as people see it, with what closes the door for it now; null where nothing does. */
export type SourceInUse = KnownSource & { readonly closed: Closed | null };

/** @param at epoch milliseconds */
export const inUse = (source: KnownSource, at: number): SourceInUse => ({
  ...source,
  closed: closedTo(source, at) ?? null,
});

function sayAgreement(name: string, agreement: Agreement | null, at: number): string {
  if (agreement === null) return `No agreement is on record for source "${name}".`;
  const { reference, from, until } = agreement;
  return at < Date.parse(from)
    ? `Agreement ${reference} of source "${name}" begins on ${from}.`
    : `Agreement ${reference} of source "${name}" ended with ${until}.`;
}

/** What a sender is told where the door is closed: it keeps its reads and comes again. */
export const turnedAway = ({ code, detail }: Closed): Problem =>
  new Problem(code, `${detail} Nothing was accepted: keep the reads and send them again later.`, {
    retryAfter: RETRY_SECONDS,
  });
