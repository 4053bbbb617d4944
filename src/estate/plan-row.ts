import type { NrdState } from "../read/nrd.ts";
import { changedMembers } from "./changed-members.ts";
import type { RowError } from "./import-row.ts";
import type { NrdOnRecord, NrdWrite } from "./nrd-register.ts";
import type { NewNrd, RegisteredNrd } from "./registered-nrd.ts";

/** The same whether another organisation runs such an NRD openly, covertly, or has only its device key. */
export const sayNotTheirs = ({ feed, source, camera }: NewNrd): string =>
  `Your organisation cannot register or change feed, source and camera ${feed}/${source}/${camera}. Check them, and the device key, against the label of the device; if they are right, ask a national administrator.`;

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
      code: "NRD_NOT_YOURS",
      column: "feed_id",
      message: sayNotTheirs(nrd),
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
