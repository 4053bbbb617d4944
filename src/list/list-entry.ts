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
  /** Dangers to whoever stops the vehicle. */
  readonly warnings?: string;
  /** Epoch ms, inclusive. */
  readonly validFrom?: number;
  /** Epoch ms, exclusive. */
  readonly validUntil?: number;
  readonly scope?: Scope;
}

/** An entry as the list holds it. */
export interface ListEntry {
  readonly id: number;
  readonly list: number;
  /** Normalised VRM or pattern. */
  readonly vrm: string;
  readonly reason: string;
  readonly instruction: string;
  readonly priority: Priority;
  readonly make: string | null;
  readonly model: string | null;
  readonly colour: string | null;
  readonly warnings: string | null;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  readonly scope: Scope | null;
  readonly state: "active" | "removed" | "expired";
  readonly createdBy: number;
  readonly createdAt: Date;
  readonly endedBy: number | null;
  readonly endedAt: Date | null;
  readonly endedWhy: string | null;
}

/** What became of one of the entries given. */
export type EntryVerdict =
  | { readonly index: number; readonly verdict: "added"; readonly id: number; readonly vrm: string }
  | {
      readonly index: number;
      readonly verdict: "refused";
      readonly code:
        | "VRM_INVALID"
        | "PATTERN_INVALID"
        | "PATTERN_TOO_WIDE"
        | "TEXT_INVALID"
        | "VALIDITY_INVALID"
        | "SCOPE_INVALID";
      readonly path: string;
      readonly message: string;
    };
