import type { Provider, ProviderBook } from "../../identity/provider-book.ts";
import type { Database } from "./database.ts";

/** Organisations' own sign-in providers in the governed store. */
export class PostgresProviderBook implements ProviderBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async byCode(organisationCode: string): Promise<Provider | undefined> {
    const [row] = await this.#database.query<{
      id: number;
      name: string;
      code: string;
      issuer: string;
      client_id: string;
      client_secret: Buffer;
      username_claim: Provider["usernameClaim"];
      enabled: boolean;
    }>(
      `select id, name, code, issuer, client_id, client_secret, username_claim, enabled
         from organisation_provider join organisation on id = organisation_id where code = $1`,
      [organisationCode],
    );
    return (
      row && {
        organisation: { id: row.id, name: row.name, code: row.code },
        issuer: row.issuer,
        clientId: row.client_id,
        clientSecret: row.client_secret,
        usernameClaim: row.username_claim,
        enabled: row.enabled,
      }
    );
  }

  async organisation(code: string): Promise<{ id: number; name: string } | undefined> {
    const sql = "select id, name from organisation where code = $1";
    return (await this.#database.query<{ id: number; name: string }>(sql, [code]))[0];
  }

  enabled(): Promise<readonly { name: string; code: string }[]> {
    return this.#database.query(
      `select name, code from organisation_provider join organisation on id = organisation_id
        where enabled and state = 'approved' order by name`,
    );
  }

  async set(organisation: number, provider: Omit<Provider, "organisation">): Promise<void> {
    const { issuer, clientId, clientSecret, usernameClaim, enabled } = provider;
    await this.#database.query(
      `insert into organisation_provider (organisation_id, issuer, client_id, client_secret, username_claim, enabled)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (organisation_id) do update set issuer = excluded.issuer, client_id = excluded.client_id,
         client_secret = excluded.client_secret, username_claim = excluded.username_claim, enabled = excluded.enabled`,
      [organisation, issuer, clientId, clientSecret, usernameClaim, enabled],
    );
  }
}
