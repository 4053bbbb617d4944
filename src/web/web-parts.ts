import type { Rooms } from "../api/rooms.ts";
import type { RateLimits } from "../api/http/rate-limits.ts";
import type { Events } from "../observe/events.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

/** What API and pages share. */
export type PageRooms = Pick<
  Rooms,
  | "signIn"
  | "hits"
  | "quarantine"
  | "nrds"
  | "sources"
  | "audited"
  | "policy"
  | "enquiries"
  | "reads"
  | "authorities"
  | "enrolments"
  | "passkeys"
  | "providers"
  | "ownAccount"
> & {
  readonly auditors: Rooms["auditors"];
  readonly people: Rooms["people"];
};

/** Everything the pages need; the composition root hands it over. */
export interface WebParts {
  readonly rooms: PageRooms;
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
