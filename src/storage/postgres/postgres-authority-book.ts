import type { Authority, AuthorityBook } from "../../enquiry/enquiry-ports.ts";
import type { Database } from "./database.ts";
import { asAuthority, AUTHORITY_COLUMNS, idIn, type AuthorityRow } from "./postgres-authority-row.ts";
import { postgresText } from "./postgres-json.ts";

/** Authorities in the governed store, for whoever relies on them. */
export class PostgresAuthorityBook implements AuthorityBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(idOrReference: string): Promise<Authority | undefined> {
    const [row] = await this.#database.query<AuthorityRow>(
      `select ${AUTHORITY_COLUMNS} from authority where reference = $1 or id = $2 order by (reference = $1) desc limit 1`,
      [postgresText(idOrReference), idIn(idOrReference)],
    );
    return row && asAuthority(row);
  }

  async current(person: number, organisation: number, now: number): Promise<readonly Authority[]> {
    const rows = await this.#database.query<AuthorityRow>(
      `select ${AUTHORITY_COLUMNS} from authority where organisation_id = $2 and state = 'approved' and valid_from <= $3
          and valid_until > $3 and (holders = '{}' or $1 = any(holders)) order by valid_until, id`,
      [person, organisation, new Date(now)],
    );
    return rows.map(asAuthority);
  }
}
