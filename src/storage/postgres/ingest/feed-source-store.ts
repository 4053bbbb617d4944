import { Problem } from "../../../errors.ts";
import type { FeedSourceStore, KeptSource, RegisteredSource } from "../../../ingest/feed-sources.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";

const COLUMNS = `id, name, organisation_id as organisation, aggregator, position_unit as "positionUnit", time_zone as "timeZone",
  compound_reply as "compoundReply", nrd_id as nrd, protocol, allowed_networks as "allowedNetworks",
  by_address as "byAddress", enabled`;

/** Feed sources in the governed store. */
export class PostgresFeedSourceStore implements FeedSourceStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(
    source: Parameters<FeedSourceStore["add"]>[0],
    hashes: { token: string; pathKey: string | null },
  ): Promise<RegisteredSource> {
    try {
      const [row] = await this.#database.query<RegisteredSource>(
        `insert into feed_source (organisation_id, name, token_hash, path_key_hash, protocol, allowed_networks, aggregator,
             position_unit, time_zone, compound_reply, nrd_id, by_address)
         values ($1, $2, decode($3, 'hex'), decode($4, 'hex'), $5, $6, $7, $8, $9, $10, $11, $12) returning ${COLUMNS}`,
        [
          source.organisation,
          source.name,
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
        ],
      );
      return row as RegisteredSource;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Problem("CONFLICT", `The organisation has a source called “${source.name}” already.`);
    }
  }

  async setEnabled(id: number, enabled: boolean): Promise<void> {
    await this.#database.query("update feed_source set enabled = $2 where id = $1", [id, enabled]);
  }

  async all(): Promise<readonly KeptSource[]> {
    const rows = await this.#database.query<
      RegisteredSource & { token_hash: string; path_key_hash: string | null }
    >(
      `select ${COLUMNS}, encode(token_hash, 'hex') as token_hash, encode(path_key_hash, 'hex') as path_key_hash
         from feed_source order by id`,
    );
    return rows.map(({ token_hash, path_key_hash, ...source }) => ({
      source,
      tokenHash: token_hash,
      pathKeyHash: path_key_hash,
    }));
  }

  onChange(heard: () => void): Promise<() => Promise<void>> {
    return this.#database.listen("feed_source_changed", heard);
  }
}
