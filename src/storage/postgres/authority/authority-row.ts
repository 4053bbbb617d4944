import type { Authority } from "../../../authority/authority-store.ts";
import type { AuthorityScope } from "../../../policy/facts.ts";

/** What a decision needs of an authority, as the governed store answers it. */
export type AuthorityRow = Omit<Authority, "id" | "from" | "until" | "oralSince" | "scope"> & {
  readonly id: number;
  readonly from: Date;
  readonly until: Date;
  readonly oral_since: Date | null;
  readonly vrms: readonly string[] | null;
  readonly nrds: readonly number[] | null;
  readonly area: AuthorityScope["area"];
  readonly data_from: Date | null;
  readonly data_until: Date | null;
};

/** The columns of an AuthorityRow, of a table called `authority`. */
export const AUTHORITY_COLUMNS = `authority.id, authority.reference, authority.organisation_id as organisation,
  authority.purpose, authority.level, authority.holders, authority.valid_from as "from", authority.valid_until as until,
  authority.state, authority.exceptional, authority.decided_rank as "approverRank", authority.decided_by as approver, authority.vrms, authority.nrds,
  authority.area, authority.data_from, authority.data_until,
  case when authority.oral and authority.confirmed_at is null then authority.decided_at end as oral_since`;

/** The largest id of the table. */
const LARGEST_ID = 2 ** 31 - 1;

/** The id that a text may be, so that the search for it uses the index; null for a text that is none. */
export function idIn(idOrReference: string): number | null {
  const id = /^[1-9]\d{0,9}$/.test(idOrReference) ? Number(idOrReference) : Number.NaN;
  return id <= LARGEST_ID ? id : null;
}

/** The authority of a row, whatever else the row holds. */
export const asAuthority = (row: AuthorityRow): Authority => ({
  id: String(row.id),
  reference: row.reference,
  organisation: row.organisation,
  purpose: row.purpose,
  level: row.level,
  holders: row.holders,
  from: row.from.getTime(),
  until: row.until.getTime(),
  state: row.state,
  exceptional: row.exceptional,
  approverRank: row.approverRank,
  approver: row.approver,
  oralSince: row.oral_since?.getTime() ?? null,
  scope: {
    vrms: row.vrms,
    nrds: row.nrds,
    area: row.area,
    from: row.data_from?.getTime() ?? null,
    to: row.data_until?.getTime() ?? null,
  },
});
