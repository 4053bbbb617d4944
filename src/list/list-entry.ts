import type { Scope } from "../match/match-entry.ts";

export const PRIORITIES = ["high", "medium", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A list of vehicles of interest, with who answers for it (VOI-2). */
export interface VehicleList {
  readonly id: number;
  readonly name: string;
  readonly organisation: number;
  readonly purpose: string;
  /** What its entries have where they say nothing. */
  readonly priority: Priority;
  readonly category: string;
  /** Person id of who is accountable for its accuracy. */
  readonly accountable: number;
  readonly state: "active" | "closed";
  readonly createdAt: Date;
  /** Active entries now. */
  readonly entries: number;
}

export type NewVehicleList = Omit<VehicleList, "id" | "state" | "createdAt" | "entries">;

/** What an entry says, beside which mark it is about, where and when. */
export interface EntryTexts {
  readonly reason: string;
  readonly instruction: string;
  readonly priority: Priority;
  readonly make: string | null;
  readonly model: string | null;
  readonly colour: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly warnings: string | null;
}

/** Only `active` entries are matched; `awaiting` ones wait for a second person. */
export const ENTRY_STATES = ["awaiting", "active", "removed", "expired"] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

export const isWaiting = ({ state }: { readonly state: EntryState }): boolean => state === "awaiting";

/** What a person writes into a list. `vrm` is as typed: a VRM, or a pattern with `?` and `*`. */
export interface NewListEntry {
  readonly vrm: string;
  readonly reason: string;
  readonly instruction: string;
  /** The list's own when left out. */
  readonly priority?: Priority;
  readonly make?: string;
  readonly model?: string;
  readonly colour?: string;
  /** Of the mark: ISO 3166-1 alpha-2, or another way to write it. */
  readonly country?: string;
  /** Dangers to whoever stops the vehicle. */
  readonly warnings?: string;
  /** Epoch ms, inclusive. */
  readonly validFrom?: number;
  /** Epoch ms, exclusive. */
  readonly validUntil?: number;
  readonly scope?: Scope;
  /** Said by the room: a second person has to confirm it; its end is the pack's, since nobody gave it one. */
  readonly awaits?: true;
  readonly endByPack?: true;
}

/** An entry as the list holds it. */
export interface ListEntry extends EntryTexts {
  readonly id: number;
  readonly list: number;
  /** Normalised VRM or pattern. */
  readonly vrm: string;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  /** Nobody gave it an end: the pack did. */
  readonly endByPack: boolean;
  readonly scope: Scope | null;
  readonly state: EntryState;
  readonly createdBy: number;
  readonly createdAt: Date;
  /** Person id of whose texts it has now, where not those of who created it. */
  readonly changedBy: number | null;
  /** The second person, where one was needed. */
  readonly confirmedBy: number | null;
  readonly confirmedAt: Date | null;
  readonly endedBy: number | null;
  readonly endedAt: Date | null;
  readonly endedWhy: string | null;
}

/** What became of one of the entries given. */
export type EntryVerdict =
  | {
      readonly index: number;
      readonly verdict: "added" | "updated" | "unchanged";
      readonly id: number;
      readonly vrm: string;
      /** It is not matched before a second person has confirmed it. */
      readonly awaiting: boolean;
    }
  | {
      readonly index: number;
      readonly verdict: "refused";
      readonly code:
        | "VRM_INVALID"
        | "PATTERN_INVALID"
        | "PATTERN_TOO_WIDE"
        | "TEXT_INVALID"
        | "VALIDITY_INVALID"
        | "SCOPE_INVALID"
        | "COUNTRY_UNKNOWN"
        | "PERSONAL_DETAILS"
        | "REASON_NOT_SPECIFIC";
      readonly path: string;
      readonly message: string;
    };
