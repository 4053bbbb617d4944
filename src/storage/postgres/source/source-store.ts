import { z } from "zod";
import { Problem } from "../../../errors.ts";
import type {
  Agreement,
  KnownSource,
  LastMessage,
  SourceChange,
  SourceRefusal,
} from "../../../source/source.ts";
import type {
  KeptSource,
  SecretHashes,
  SourceQuery,
  SourceStore,
  Switching,
} from "../../../source/source-store.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";
import { asKnown, asRegistered, knownRow, REGISTERED, refusalRow, registeredRow } from "./source-row.ts";

const DAY_MS = 86_400_000;

/** Everything people see of a source; `$1` is the day from which refusals count. */
const KNOWN = `select ${REGISTERED}, source.version, source.path_key_hash is not null as has_path_key, source.added_at,
    source.secrets_since, source.switched_at, source.switched_why, by.username as switched_by,
    message.at as message_at, message.address as message_address, message.code as message_code,
    coalesce((select sum(count) from refusal_count where source_id = source.id and day >= $1::date), 0)::bigint as refused
  from feed_source source join organisation on organisation.id = source.organisation_id
    left join person by on by.id = source.switched_by left join feed_source_message message on message.source_id = source.id`;

const keptRow = registeredRow.extend({ token_hash: z.string(), path_key_hash: z.string().nullable() });

/** Feed sources in the governed store. */
export class PostgresSourceStore implements SourceStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async add(source: Parameters<SourceStore["add"]>[0], hashes: SecretHashes): Promise<KnownSource> {
    const [row] = await uniquely(source.name, () =>
      this.#database.query<{ id: number }>(
        `insert into feed_source (organisation_id, name, token_hash, path_key_hash, protocol, allowed_networks, aggregator,
           position_unit, time_zone, compound_reply, nrd_id, by_address, added_at, secrets_since, agreement_party,
           agreement_reference, agreement_purpose, agreement_legal_basis, agreement_from, agreement_until, agreement_document)
         values ($1, $2, decode($3, 'hex'), decode($4, 'hex'), $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17,
           $18::date, $19::date, $20) returning id`,
        [
          source.organisation,
          postgresText(source.name),
          hashes.token,
          hashes.pathKey,
          source.protocol,
          source.allowedNetworks,
          source.aggregator,
          source.positionUnit,
          source.timeZone,
          source.compoundReply,
          source.nrd,
          source.byAddress,
          new Date(this.#now()),
          ...agreementColumns(source.agreement),
        ],
      ),
    );
    return (await this.byId(row?.id ?? 0)) as KnownSource;
  }

  async list({ organisation, after, limit }: SourceQuery): Promise<readonly KnownSource[]> {
    const rows = await this.#database.query(
      `${KNOWN} where source.id > $2 and ($3::integer is null or source.organisation_id = $3) order by source.id limit $4`,
      [this.#since(), after ?? 0, organisation, limit],
    );
    return z.array(knownRow).parse(rows).map(asKnown);
  }

  async byId(id: number): Promise<KnownSource | undefined> {
    const rows = await this.#database.query(`${KNOWN} where source.id = $2`, [this.#since(), id]);
    return z.array(knownRow).parse(rows).map(asKnown)[0];
  }

  async change(id: number, version: number, to: SourceChange): Promise<boolean> {
    const { name, allowedNetworks, agreement } = to;
    const rows = await uniquely(name ?? "", () =>
      this.#database.query(
        `update feed_source set name = coalesce($3, name), allowed_networks = coalesce($4::text[], allowed_networks),
           agreement_party = case when $5 then $6 else agreement_party end,
           agreement_reference = case when $5 then $7 else agreement_reference end,
           agreement_purpose = case when $5 then $8 else agreement_purpose end,
           agreement_legal_basis = case when $5 then $9 else agreement_legal_basis end,
           agreement_from = case when $5 then $10::date else agreement_from end,
           agreement_until = case when $5 then $11::date else agreement_until end,
           agreement_document = case when $5 then $12 else agreement_document end, version = version + 1
         where id = $1 and version = $2 returning 1 as one`,
        [
          id,
          version,
          name === undefined ? null : postgresText(name),
          allowedNetworks ?? null,
          agreement !== undefined,
          ...agreementColumns(agreement ?? null),
        ],
      ),
    );
    return rows.length === 1;
  }

  async switch(id: number, version: number, { enabled, why, by, at }: Switching): Promise<boolean> {
    const rows = await this.#database.query(
      `update feed_source set enabled = $3, switched_why = $4, switched_by = $5, switched_at = $6, version = version + 1
        where id = $1 and version = $2 returning 1 as one`,
      [id, version, enabled, postgresText(why), by, new Date(at)],
    );
    return rows.length === 1;
  }

  async renew(id: number, version: number, { token, pathKey }: SecretHashes): Promise<boolean> {
    const rows = await this.#database.query(
      `update feed_source set token_hash = decode($3, 'hex'), path_key_hash = decode($4, 'hex'), secrets_since = $5,
          version = version + 1
        where id = $1 and version = $2 returning 1 as one`,
      [id, version, token, pathKey, new Date(this.#now())],
    );
    return rows.length === 1;
  }

  async refusals(id: number): Promise<readonly SourceRefusal[]> {
    const rows = await this.#database.query(
      `select day::text as day, code, count, sample, coalesce(first_at, sample_at) as since from refusal_count where source_id = $1 and day >= $2::date
        order by refusal_count.day desc, count desc, code`,
      [id, this.#since()],
    );
    return z.array(refusalRow).parse(rows);
  }

  async all(): Promise<readonly KeptSource[]> {
    const rows = await this.#database.query(
      `select ${REGISTERED}, encode(source.token_hash, 'hex') as token_hash,
          encode(source.path_key_hash, 'hex') as path_key_hash
        from feed_source source join organisation on organisation.id = source.organisation_id order by source.id`,
    );
    return z
      .array(keptRow)
      .parse(rows)
      .map((row) => ({
        source: asRegistered(row),
        tokenHash: row.token_hash,
        pathKeyHash: row.path_key_hash,
      }));
  }

  async noteMessages(messages: ReadonlyMap<number, LastMessage>): Promise<void> {
    if (messages.size === 0) return;
    const rows = [...messages].map(([source, message]) => ({ source, ...message }));
    await this.#database.query(
      `insert into feed_source_message (source_id, at, address, code)
       select given.* from jsonb_to_recordset($1::jsonb) as given (source integer, at timestamptz, address text, code text)
       where exists (select from feed_source where id = given.source) order by source
       on conflict (source_id) do update set at = excluded.at, address = excluded.address, code = excluded.code
         where feed_source_message.at <= excluded.at`,
      [postgresJson(rows)],
    );
  }

  onChange(heard: () => void): Promise<() => Promise<void>> {
    return this.#database.listen("feed_source_changed", heard);
  }

  /** Yesterday, UTC. */
  #since(): string {
    return new Date(this.#now() - DAY_MS).toISOString().slice(0, 10);
  }
}

const agreementColumns = (agreement: Agreement | null): readonly (string | null)[] => [
  text(agreement?.party),
  text(agreement?.reference),
  text(agreement?.purpose),
  text(agreement?.legalBasis),
  agreement?.from ?? null,
  agreement?.until ?? null,
  text(agreement?.document),
];

const text = (given: string | undefined): string | null => (given === undefined ? null : postgresText(given));

async function uniquely<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem("CONFLICT", `The organisation has a source called “${name}” already.`);
  }
}
