import type { NrdPort, QuarantinePort, Rooms } from "../api/ports.ts";
import type { RateLimits } from "../api/http/rate-limits.ts";
import type { QuarantinedInFull } from "../api/views.ts";
import type { Events } from "../observe/events.ts";
import type { PolicyPack } from "../policy/pack.ts";
import type { Caller } from "../identity/caller.ts";

/** A quarantined read; `sent` is what arrived, without its images, where the room gives it. */
export type QuarantinedOnScreen = QuarantinedInFull;

/** One change of an NRD's state. `at` is RFC 3339 UTC; `by` is null when the service itself did it. */
export interface NrdHistoryLine {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly by: string | null;
  readonly reason: string;
}

/** What API and pages share. */
export type PageRooms = Pick<
  Rooms,
  | "signIn"
  | "hits"
  | "audit"
  | "policy"
  | "enquiries"
  | "reads"
  | "authorities"
  | "enrolments"
  | "passkeys"
  | "providers"
  | "ownAccount"
> & {
  readonly nrds: Pick<NrdPort, "list" | "find" | "change">;
  readonly auditors: Rooms["auditors"];
  readonly people: Rooms["people"];
  readonly quarantine: Pick<QuarantinePort, "list" | "find" | "release" | "discard">;
};

/** Everything the pages need; the composition root hands it over. */
export interface WebPorts {
  readonly rooms: PageRooms;
  /** An NRD's changes of state, newest first, within the asker's remit. */
  readonly nrdHistory: (asker: Caller, nrd: number) => Promise<readonly NrdHistoryLine[]>;
  /** The pack in force: the numbers that forms tell people beforehand, and the sentences that explain a decision. */
  readonly pack: PolicyPack;
  readonly events: Pick<Events, "signedIn" | "signInRefused">;
  readonly limits: RateLimits;
  /** How people reach the service, where it is not what their browsers say. */
  readonly publicUrl?: string | undefined;
  /** Cookies are Secure. */
  readonly https: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
