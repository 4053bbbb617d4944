import type { Growing, LogStore, StoredCheckpoint } from "../../../audit/log-store.ts";
import { tileKey } from "../../../audit/tlog/grow.ts";
import type { Database, Queryable } from "../database.ts";
import { lockDurably } from "../durable.ts";
import { LOCKS } from "../postgres-locks.ts";

const CHECKPOINT = "size, root, note, at";

/** The log's tree, checkpoints and cosignatures in the governed store. */
export class PostgresLogStore implements LogStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  grow<T>(work: (growing: Growing) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (tx) => {
      await lockDurably(tx, LOCKS.auditTree);
      return work(growingIn(tx));
    });
  }

  newest(): Promise<StoredCheckpoint | null> {
    return newestIn(this.#database);
  }

  async newestCosigned(): Promise<StoredCheckpoint | null> {
    const [row] = await this.#database.query<StoredCheckpoint>(
      `select ${CHECKPOINT} from audit_checkpoint where size = (select max(size) from audit_cosignature)`,
    );
    return row ?? null;
  }

  async cosignatures(size: number): Promise<readonly string[]> {
    const rows = await this.#database.query<{ line: string }>(
      "select line from audit_cosignature where size = $1 order by witness",
      [size],
    );
    return rows.map(({ line }) => line);
  }

  async cosignedBy(witness: string): Promise<number> {
    const [row] = await this.#database.query<{ size: number }>(
      "select coalesce(max(size), 0)::bigint as size from audit_cosignature where witness = $1",
      [witness],
    );
    return row?.size ?? 0;
  }

  async cosign(size: number, witness: string, line: string, at: Date): Promise<void> {
    await this.#database.query(
      `insert into audit_cosignature (size, witness, line, at) values ($1, $2, $3, $4)
       on conflict (size, witness) do nothing`,
      [size, witness, line, at],
    );
  }

  async tile(level: number, index: number): Promise<Buffer | null> {
    const [row] = await this.#database.query<{ hashes: Buffer }>(
      "select hashes from audit_tile where level = $1 and index = $2",
      [level, index],
    );
    return row?.hashes ?? null;
  }

  async leaves(from: number, limit: number): Promise<readonly Buffer[]> {
    const rows = await this.#database.query<{ leaf: Buffer }>(
      "select leaf from audit_entry where index >= $1 and index < $1 + $2::bigint order by index",
      [from, limit],
    );
    return rows.map(({ leaf }) => leaf);
  }

  async newestEntry(): Promise<{ index: number; at: Date } | null> {
    const [row] = await this.#database.query<{ index: number; at: Date }>(
      "select index, at from audit_entry order by index desc limit 1",
    );
    return row ?? null;
  }

  onGrowth(heard: () => void): Promise<() => Promise<void>> {
    return this.#database.listen("audit_grew", heard);
  }
}

const growingIn = (tx: Queryable): Growing => ({
  last: () => newestIn(tx),

  async tiles(places) {
    const rows = await tx.query<{ level: number; index: number; hashes: Buffer }>(
      `select tile.level, tile.index, tile.hashes from audit_tile as tile
         join jsonb_to_recordset($1::jsonb) as wanted (level integer, index bigint) using (level, index)`,
      [JSON.stringify(places)],
    );
    return new Map(rows.map(({ level, index, hashes }) => [tileKey(level, index), hashes]));
  },

  leafHashes(from, limit) {
    return tx.query<{ index: number; hash: Buffer }>(
      "select index, leaf_hash as hash from audit_entry where index >= $1 order by index limit $2",
      [from, limit],
    );
  },

  async keep(tiles, { size, root, note, at }) {
    const rows = [...tiles].map(([key, bytes]) => {
      const [level, index] = key.split("/").map(Number);
      return { level, index, hashes: bytes.toString("base64") };
    });
    await tx.query(
      `insert into audit_tile (level, index, hashes)
       select level, index, decode(hashes, 'base64')
         from jsonb_to_recordset($1::jsonb) as tile (level integer, index bigint, hashes text)
       on conflict (level, index) do update set hashes = excluded.hashes`,
      [JSON.stringify(rows)],
    );
    await tx.query("insert into audit_checkpoint (size, root, note, at) values ($1, $2, $3, $4)", [
      size,
      root,
      note,
      at,
    ]);
  },
});

async function newestIn(on: Queryable): Promise<StoredCheckpoint | null> {
  const [row] = await on.query<StoredCheckpoint>(
    `select ${CHECKPOINT} from audit_checkpoint order by size desc limit 1`,
  );
  return row ?? null;
}
