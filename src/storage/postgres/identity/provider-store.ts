import type { Provider, ProviderStore } from "../../../identity/sign-in/provider-store.ts";
import type { Database } from "../database.ts";

/** Organisations' own sign-in providers in the governed store. */
export class PostgresProviderStore implements ProviderStore {
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
      email_domain: string | null;
      trusts_second_factor: boolean;
      enabled: boolean;
    }>(
      `select id, name, code, issuer, client_id, client_secret, username_claim, email_domain, trusts_second_factor, enabled
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
        emailDomain: row.email_domain,
        trustsSecondFactor: row.trusts_second_factor,
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
    const { issuer, clientId, clientSecret, usernameClaim, emailDomain, trustsSecondFactor, enabled } =
      provider;
    await this.#database.query(
      `insert into organisation_provider
         (organisation_id, issuer, client_id, client_secret, username_claim, email_domain, trusts_second_factor, enabled)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (organisation_id) do update set issuer = excluded.issuer, client_id = excluded.client_id,
         client_secret = excluded.client_secret, username_claim = excluded.username_claim,
         email_domain = excluded.email_domain, trusts_second_factor = excluded.trusts_second_factor,
         enabled = excluded.enabled`,
      [organisation, issuer, clientId, clientSecret, usernameClaim, emailDomain, trustsSecondFactor, enabled],
    );
  }

  async personOf(issuer: string, subject: string): Promise<number | undefined> {
    const [row] = await this.#database.query<{ person_id: number }>(
      "select person_id from provider_subject where issuer = $1 and subject = $2",
      [issuer, subject],
    );
    return row?.person_id;
  }

  async isBound(issuer: string, person: number): Promise<boolean> {
    const sql = "select 1 as one from provider_subject where issuer = $1 and person_id = $2";
    return (await this.#database.query(sql, [issuer, person])).length > 0;
  }

  async bind(issuer: string, subject: string, person: number): Promise<void> {
    await this.#database.query(
      "insert into provider_subject (issuer, subject, person_id) values ($1, $2, $3) on conflict do nothing",
      [issuer, subject, person],
    );
  }
}
