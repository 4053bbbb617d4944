import type { NrdState } from "../read/nrd.ts";
import { changedMembers } from "./changed-members.ts";
import type { RowError } from "./import-row.ts";
import type { NrdOnRecord, NrdWrite } from "./nrd-register.ts";
import type { NewNrd, RegisteredNrd } from "./registered-nrd.ts";

/** A row to be written; `change` says what of an NRD on record it changes, null where the NRD is new. */
export interface PlannedWrite {
  readonly write: NrdWrite;
  readonly change: {
    readonly id: number;
    readonly before: Partial<NewNrd>;
    readonly after: Partial<NewNrd>;
  } | null;
}

/** What is to become of one row of an import: written, nothing to do (the NRD's id), or refused. */
export type Planned = PlannedWrite | { readonly unchanged: number } | RowError;

/**
 * Plans what an import does with one NRD. Nobody takes over what another organisation runs, and a covert NRD stays covert
 * and with its owner, for its reads would be everybody's otherwise.
 */
export function planRow(
  nrd: NewNrd,
  known: NrdOnRecord | undefined,
  state: NrdState,
  mayChange: (nrd: RegisteredNrd) => boolean,
): Planned {
  if (known === undefined) return { write: { nrd, over: null, state }, change: null };
  if (!mayChange(known.nrd)) {
    return {
      code: "REGISTERED_ALREADY",
      column: "feed_id",
      message: `Feed, source and camera ${nrd.feed}/${nrd.source}/${nrd.camera} are already registered, and you cannot change them.`,
    };
  }
  const change = changedMembers(known.nrd, nrd);
  if (change === null) return { unchanged: known.nrd.id };
  if (known.nrd.type === "covert" && ("type" in change.before || "organisation" in change.before)) {
    return {
      code: "COVERT_STAYS",
      column: "type" in change.before ? "type" : "owner",
      message: "A covert camera stays covert and with its owner: an import changes neither.",
    };
  }
  return { write: { nrd, over: known.version, state }, change: { id: known.nrd.id, ...change } };
}
