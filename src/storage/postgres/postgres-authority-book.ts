import type { Authority, AuthorityBook } from "../../enquiry/enquiry-ports.ts";
import { Problem } from "../../errors.ts";
import type { AuthorityScope } from "../../policy/facts.ts";
import type { AuthorityRegister, NewAuthority } from "../../enquiry/authority-register.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation } from "./database-error.ts";
import { postgresJson } from "./postgres-json.ts";

type Row = Omit<Authority, "id" | "from" | "until" | "oralSince" | "scope"> & {
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

const SELECT = `select id, reference, organisation_id as organisation, purpose, level, holders, valid_from as "from",
  valid_until as until, state, exceptional, decided_rank as "approverRank", vrms, nrds, area, data_from, data_until,
  case when oral and confirmed_at is null then coalesce(decided_at, asked_at, valid_from) end as oral_since from authority`;

/** Authorities in the governed store. */
export class PostgresAuthorityBook implements AuthorityBook, AuthorityRegister {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(idOrReference: string): Promise<Authority | undefined> {
    const [row] = await this.#database.query<Row>(
      `${SELECT} where reference = $1 or id::text = $1 order by (reference = $1) desc limit 1`,
      [idOrReference],
    );
    return row && asAuthority(row);
  }

  async current(person: number, organisation: number, now: number): Promise<readonly Authority[]> {
    const rows = await this.#database.query<Row>(
      `${SELECT} where organisation_id = $2 and state = 'approved' and valid_from <= $3 and valid_until > $3
          and (holders = '{}' or $1 = any(holders)) order by valid_until, id`,
      [person, organisation, new Date(now)],
    );
    return rows.map(asAuthority);
  }

  async add(authority: NewAuthority): Promise<Authority> {
    const { reference, organisation, purpose, level, holders, from, until, state, approvedBy, scope } =
      authority;
    const moment = (at: number | null | undefined) => (at === null || at === undefined ? null : new Date(at));
    try {
      await this.#database.query(
        `insert into authority (reference, organisation_id, purpose, level, holders, valid_from, valid_until, state, decided_by,
           vrms, nrds, area, data_from, data_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14)`,
        [
          reference,
          organisation,
          purpose,
          level,
          holders,
          new Date(from),
          new Date(until),
          state,
          approvedBy,
          scope?.vrms ?? null,
          scope?.nrds ?? null,
          scope?.area ? postgresJson(scope.area) : null,
          moment(scope?.from),
          moment(scope?.to),
        ],
      );
    } catch (error) {
      if (isUniqueViolation(error))
        throw new Problem("CONFLICT", `There is an authority ${reference} already.`);
      throw error;
    }
    return (await this.find(reference)) as Authority;
  }
}

const asAuthority = ({ oral_since, vrms, nrds, area, data_from, data_until, ...row }: Row): Authority => ({
  ...row,
  id: String(row.id),
  from: row.from.getTime(),
  until: row.until.getTime(),
  oralSince: oral_since?.getTime() ?? null,
  scope: { vrms, nrds, area, from: data_from?.getTime() ?? null, to: data_until?.getTime() ?? null },
});
