import { organisationCode, type Organisation, type OrganisationBook } from "../../identity/organisation.ts";
import type { Database } from "./database.ts";

/** Organisations in the governed store. */
export class PostgresOrganisationBook implements OrganisationBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Promise<readonly Organisation[]> {
    return this.#database.query<Organisation>("select id, name, code from organisation order by name");
  }

  async ensure(names: readonly string[]): Promise<readonly Organisation[]> {
    await this.#database.query(
      `insert into organisation (name, code) select * from unnest($1::text[], $2::text[])
       on conflict (name) do nothing`,
      [names, names.map(organisationCode)],
    );
    return this.#database.query<Organisation>(
      "select id, name, code from organisation where name = any($1::text[]) order by array_position($1::text[], name)",
      [names],
    );
  }
}
