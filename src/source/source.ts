import type { FeedSource } from "./feed-source.ts";

/** The agreement under which a third party's data comes in (READ-7). Days are `YYYY-MM-DD`, UTC, both of them included. */
export interface Agreement {
  /** With whom it was made. */
  readonly party: string;
  readonly reference: string;
  /** What the data may be used for. */
  readonly purpose: string;
  readonly legalBasis: string;
  readonly from: string;
  readonly until: string;
  /** Where the signed document is kept. */
  readonly document: string;
}

/** The organisation a source belongs to, as far as it decides whether the source may send (READ-4, ACC-1). */
export interface SourceOwner {
  readonly name: string;
  readonly code: string;
  readonly state: "approved" | "suspended" | "withdrawn";
  /** Last day of its written policy; null where none is on record. */
  readonly policyUntil: string | null;
  /** It had a written policy before: none on record is then a lapsed one. */
  readonly hadPolicy: boolean;
}

/** A source as it is registered; `protocol` and a path key serve devices that cannot send headers. */
export interface RegisteredSource extends FeedSource {
  /** Name of the feed protocol it was set up for; null: any. */
  readonly protocol: string | null;
  /** CIDR ranges it may send from; empty: any. */
  readonly allowedNetworks: readonly string[];
  /** Sending from one of those ranges is credential enough: only where its protocol has senders that cannot present a token or path. */
  readonly byAddress: boolean;
  /** Its own switch. */
  readonly enabled: boolean;
  readonly agreement: Agreement | null;
  readonly owner: SourceOwner;
}

/** The newest message of a source that was told apart by its secret or address. */
export interface LastMessage {
  readonly at: Date;
  readonly address: string;
  /** Why the door was closed to it; null where it was let in. */
  readonly code: string | null;
}

/** A source with everything that people see of it. `version` grows with every act; whoever acts names the version that was seen. */
export interface KnownSource extends RegisteredSource {
  readonly version: number;
  /** It has a secret path beside its token. */
  readonly hasPathKey: boolean;
  readonly added: Date;
  /** When its secrets were made. */
  readonly secretsSince: Date;
  /** When it was last switched, why and by whom; null where it never was. */
  readonly switched: { readonly at: Date; readonly why: string; readonly by: string | null } | null;
  /** Null where none came yet. */
  readonly lastMessage: LastMessage | null;
  /** Reads refused, and messages turned away, today and yesterday (UTC). */
  readonly refused: number;
}

/** What is given of a new source; the rest follows from it. */
export type NewSource = Omit<RegisteredSource, "id" | "enabled" | "owner"> & { readonly hasPathKey: boolean };

/** What may be changed about a source. Members that are absent stay as they are. */
export interface SourceChange {
  readonly name?: string;
  readonly allowedNetworks?: readonly string[];
  readonly agreement?: Agreement | null;
}

/** How often a source was refused with a code on a day, and one example that names no vehicle. */
export interface SourceRefusal {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly code: string;
  readonly count: number;
  readonly sample: string;
  /** When the first of that day came. */
  readonly since: Date;
}
