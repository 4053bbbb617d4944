import type { NrdState } from "../read/nrd.ts";
import type { NrdAction } from "./nrd-actions.ts";
import type { NewNrd, NrdStateChange, RegisteredNrd } from "./registered-nrd.ts";

/** One page of the register: filters, and the id after which it starts. */
export interface NrdQuery {
  readonly organisation?: number;
  readonly state?: NrdState;
  /** Part of the name or road, whatever its case. */
  readonly text?: string;
  readonly after?: number;
  readonly limit: number;
}

/** What became of one NRD of a bulk write. */
export type UpsertResult = { readonly id: number; readonly verdict: "added" | "updated" | "unchanged" };

/** The register of NRDs (READ-4, NAI-6). Every write is durable when it resolves; the caller writes the audit entry. */
export interface NrdRegister {
  byId(id: number): Promise<RegisteredNrd | undefined>;
  /** By id ascending. */
  list(query: NrdQuery): Promise<readonly RegisteredNrd[]>;
  /** Registers one NRD, `proposed`. @throws Problem CONFLICT when its triple or device key is taken */
  add(nrd: NewNrd): Promise<RegisteredNrd>;
  /**
   * Adds NRDs, or updates those with the same triple; a state that an existing NRD has is left alone. Triples are
   * distinct within one call. In the order given.
   */
  upsert(
    nrds: readonly NewNrd[],
    options: { state: NrdState; by: number | null },
  ): Promise<readonly UpsertResult[]>;
  /**
   * Takes a named action and records who, when and why.
   * @throws Problem NOT_FOUND, CONFLICT when the state does not allow it, INPUT_INVALID when no reason is given
   */
  act(id: number, action: NrdAction, reason: string, by: number | null): Promise<RegisteredNrd>;
  /** Newest first. */
  history(id: number): Promise<readonly NrdStateChange[]>;
  /** NRDs changed since a change number, in the order of their changes, and the number reached. */
  changedSince(
    sequence: number,
    limit: number,
  ): Promise<{ nrds: readonly RegisteredNrd[]; sequence: number }>;
  /** Calls `heard` after changes by any process; answers how to stop. */
  onChange(heard: () => void): Promise<() => Promise<void>>;
}
