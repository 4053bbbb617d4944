import type { Authority, AuthorityBook } from "../../enquiry/enquiry-ports.ts";
import { Problem } from "../../errors.ts";
import type { AuthorityRegister, NewAuthority } from "../../enquiry/authority-register.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation } from "./database-error.ts";

type Row = Omit<Authority, "id" | "from" | "until"> & { id: number; from: Date; until: Date };

const SELECT = `select id, reference, organisation_id as organisation, purpose, level, holders, valid_from as "from",
  valid_until as until, state from authority`;

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
    const { reference, organisation, purpose, level, holders, from, until, state, approvedBy } = authority;
    try {
      await this.#database.query(
        `insert into authority (reference, organisation_id, purpose, level, holders, valid_from, valid_until, state, decided_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
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

const asAuthority = (row: Row): Authority => ({
  ...row,
  id: String(row.id),
  from: row.from.getTime(),
  until: row.until.getTime(),
});
