import { Problem } from "../../../errors.ts";
import {
  organisationCode,
  type KnownOrganisation,
  type Organisation,
  type OrganisationStore,
  type OrganisationChange,
  type OrganisationFilter,
} from "../../../identity/organisations/organisation.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresText } from "../postgres-json.ts";

/** Organisations in the governed store. */
export class PostgresOrganisationStore implements OrganisationStore {
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

  async list({ search, state, after, limit }: OrganisationFilter): Promise<readonly KnownOrganisation[]> {
    const rows = await this.#database.query<OrganisationRow>(
      `${KNOWN} where ($1::text is null or position(lower($1) in lower(name)) > 0 or position(lower($1) in code) > 0)
         and ($2::text is null or state = $2) and ($3::text is null or name > $3 collate "C")
       order by name collate "C" limit $4`,
      [
        search === undefined ? null : postgresText(search),
        state ?? null,
        after === undefined ? null : postgresText(after),
        limit,
      ],
    );
    return rows.map(asKnown);
  }

  async standing(id: number): Promise<KnownOrganisation | undefined> {
    const [row] = await this.#database.query<OrganisationRow>(`${KNOWN} where id = $1`, [id]);
    return row && asKnown(row);
  }

  async byCode(code: string): Promise<KnownOrganisation | undefined> {
    const [row] = await this.#database.query<OrganisationRow>(`${KNOWN} where code = $1`, [
      postgresText(code),
    ]);
    return row && asKnown(row);
  }

  async add({ name, code, kind }: { name: string; code: string; kind: string }): Promise<KnownOrganisation> {
    const [row] = await uniquely(name, () =>
      this.#database.query<{ id: number }>(
        "insert into organisation (name, code, kind) values ($1, $2, $3) returning id",
        [postgresText(name), code, kind],
      ),
    );
    return (await this.standing(row?.id ?? 0)) as KnownOrganisation;
  }

  async change(id: number, to: OrganisationChange, version?: number): Promise<boolean> {
    const { name, kind, state, stateWhy, contact, policy, allowedNetworks } = to;
    const rows = await uniquely(name ?? "", () =>
      this.#database.query(
        `update organisation set name = coalesce($2, name), kind = coalesce($3, kind), state = coalesce($4, state),
           state_why = case when $5 then $6 else state_why end, contact = coalesce($7, contact),
           allowed_networks = coalesce($8::text[], allowed_networks),
           policy_reference = case when $9 then $10 else policy_reference end,
           policy_date = case when $9 then $11::date else policy_date end,
           policy_until = case when $9 then $12::date else policy_until end,
           policy_owner = case when $9 then $13 else policy_owner end,
           had_policy = had_policy or policy_until is not null, version = version + 1
         where id = $1 and ($14::integer is null or version = $14) returning 1 as one`,
        [
          id,
          text(name),
          kind ?? null,
          state ?? null,
          stateWhy !== undefined,
          text(stateWhy),
          text(contact),
          allowedNetworks?.map(postgresText) ?? null,
          policy !== undefined,
          text(policy?.reference),
          policy?.date ?? null,
          policy?.until ?? null,
          text(policy?.owner),
          version ?? null,
        ],
      ),
    );
    // Open streams look at once whether their session still holds.
    if (state !== undefined) await this.#database.query("select pg_notify('person_stopped', '')");
    return rows.length === 1;
  }
}

const text = (given: string | null | undefined): string | null =>
  given === null || given === undefined ? null : postgresText(given);

async function uniquely<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem("CONFLICT", `An organisation with the name or code of “${name}” is on record already.`);
  }
}

interface OrganisationRow extends Organisation {
  readonly version: number;
  readonly kind: string;
  readonly state: KnownOrganisation["state"];
  readonly state_why: string | null;
  readonly contact: string;
  readonly policy_reference: string | null;
  readonly policy_date: string | null;
  readonly policy_until: string | null;
  readonly policy_owner: string | null;
  readonly allowed_networks: readonly string[];
}

const KNOWN = `select id, name, code, version, kind, state, state_why, contact, policy_reference,
  policy_date::text as policy_date, policy_until::text as policy_until, policy_owner, allowed_networks from organisation`;

const asKnown = ({
  state_why: stateWhy,
  policy_reference: reference,
  policy_date: date,
  policy_until: until,
  policy_owner: owner,
  allowed_networks: allowedNetworks,
  ...row
}: OrganisationRow): KnownOrganisation => ({
  ...row,
  stateWhy,
  allowedNetworks,
  policy:
    reference === null || date === null || until === null
      ? null
      : { reference, date, until, owner: owner ?? "" },
});
