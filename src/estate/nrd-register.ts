import type { NrdIdentity, NrdState } from "../read/nrd.ts";
import type { NrdAction } from "./nrd-actions.ts";
import type { NrdLoss } from "./nrd-loss.ts";
import type { NewNrd, NrdStateChange, RegisteredNrd } from "./registered-nrd.ts";

/** One page of the register: filters, and the id after which it starts. */
export interface NrdQuery {
  readonly organisation?: number;
  readonly state?: NrdState;
  /** Part of the name or road, whatever its case. */
  readonly text?: string;
  /** Covert ones only of this organisation; null: none. Absent: all. */
  readonly covertOf?: number | null;
  readonly after?: number;
  readonly limit: number;
}

/** An NRD on record; whoever changes it names the version that they saw. */
export interface NrdOnRecord {
  readonly nrd: RegisteredNrd;
  readonly version: number;
}

/** One NRD of a bulk write. */
export interface NrdWrite {
  readonly nrd: NewNrd;
  /** The version it takes the place of; null where it is new. */
  readonly over: number | null;
  /** For one that is new; one that is changed keeps its state. */
  readonly state: NrdState;
}

/** What became of it; `meanwhile`: somebody else wrote it after it was looked up, and nothing was done. */
export type WriteResult =
  | { readonly id: number; readonly verdict: "added" | "updated" }
  | { readonly verdict: "meanwhile" };

/** The register of NRDs (READ-4, NAI-6). Every write is durable when it resolves; the caller writes the audit entry. */
export interface NrdRegister {
  byId(id: number): Promise<RegisteredNrd | undefined>;
  /** By id ascending. */
  list(query: NrdQuery): Promise<readonly RegisteredNrd[]>;
  /** Registers one NRD, `proposed`. @throws Problem CONFLICT when its triple or device key is taken */
  add(nrd: NewNrd): Promise<RegisteredNrd>;
  /** What is on record under each of these triples, in the order given. */
  known(triples: readonly NrdIdentity[]): Promise<readonly (NrdOnRecord | undefined)[]>;
  /** Adds and changes NRDs, all or none where it fails. Triples are distinct within one call. In the order given. */
  write(writes: readonly NrdWrite[], by: number | null): Promise<readonly WriteResult[]>;
  /** Takes a named action and records who, when and why; undefined where its state does not allow it, or it is not there. */
  act(id: number, action: NrdAction, reason: string, by: number | null): Promise<RegisteredNrd | undefined>;
  /** Newest first. */
  history(id: number): Promise<readonly NrdStateChange[]>;
  /** Reads of an NRD that did not become good data, today and yesterday (UTC), the most first. */
  losses(id: number): Promise<readonly NrdLoss[]>;
  /** NRDs changed since a change number, in the order of their changes, and the number reached. */
  changedSince(
    sequence: number,
    limit: number,
  ): Promise<{ nrds: readonly RegisteredNrd[]; sequence: number }>;
  /** Calls `heard` after changes by any process; answers how to stop. */
  onChange(heard: () => void): Promise<() => Promise<void>>;
}
