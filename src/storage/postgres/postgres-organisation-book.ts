import {
  organisationCode,
  type Organisation,
  type OrganisationBook,
  type OrganisationStanding,
} from "../../identity/organisation.ts";
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

  async standing(id: number): Promise<(Organisation & OrganisationStanding) | undefined> {
    const [row] = await this.#database.query<StandingRow>(`${STANDING} where id = $1`, [id]);
    return row && asStanding(row);
  }

  async change(id: number, to: Partial<OrganisationStanding>): Promise<void> {
    const { kind, state, contact, policy, allowedNetworks } = to;
    await this.#database.query(
      `update organisation set kind = coalesce($2, kind), state = coalesce($3, state), contact = coalesce($4, contact),
         allowed_networks = coalesce($5::text[], allowed_networks),
         policy_reference = case when $6 then $7 else policy_reference end,
         policy_date = case when $6 then $8::date else policy_date end,
         policy_until = case when $6 then $9::date else policy_until end,
         policy_owner = case when $6 then $10 else policy_owner end
       where id = $1`,
      [
        id,
        kind ?? null,
        state ?? null,
        contact ?? null,
        allowedNetworks ?? null,
        policy !== undefined,
        policy?.reference ?? null,
        policy?.date ?? null,
        policy?.until ?? null,
        policy?.owner ?? null,
      ],
    );
  }
}

interface StandingRow extends Organisation {
  readonly kind: string;
  readonly state: OrganisationStanding["state"];
  readonly contact: string;
  readonly policy_reference: string | null;
  readonly policy_date: string | null;
  readonly policy_until: string | null;
  readonly policy_owner: string | null;
  readonly allowed_networks: readonly string[];
}

const STANDING = `select id, name, code, kind, state, contact, policy_reference, policy_date::text as policy_date,
  policy_until::text as policy_until, policy_owner, allowed_networks from organisation`;

const asStanding = ({
  policy_reference: reference,
  policy_date: date,
  policy_until: until,
  policy_owner: owner,
  allowed_networks: allowedNetworks,
  ...row
}: StandingRow): Organisation & OrganisationStanding => ({
  ...row,
  allowedNetworks,
  policy:
    reference === null || date === null || until === null
      ? null
      : { reference, date, until, owner: owner ?? "" },
});
