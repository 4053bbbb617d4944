import type { Growing, LogStore, NotSigned, StoredCheckpoint } from "../../../audit/log-store.ts";
import { tileKey } from "../../../audit/tlog/grow.ts";
import { HASH_BYTES } from "../../../audit/tlog/hash.ts";
import { TILE_WIDTH } from "../../../audit/tlog/tile.ts";
import type { Database, Queryable } from "../database.ts";
import { lockDurably } from "../durable.ts";
import { LOCKS } from "../postgres-locks.ts";

const CHECKPOINT = "size, root, note, at";
/** RFC 6962, from the leaf itself: what stands beside it may have been changed with it. */
const LEAF_HASH = "sha256('\\x00'::bytea || leaf)";

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

  firstNotSigned(from: number, to: number): Promise<NotSigned | null> {
    return firstNotSignedIn(this.#database, from, to);
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
  firstNotSigned: (from, to) => firstNotSignedIn(tx, from, to),

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
      `select index, ${LEAF_HASH} as hash from audit_entry where index >= $1 order by index limit $2`,
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

/** Tile by tile in the store, so that a million entries cost seconds; then entry by entry in the one tile that differs. */
async function firstNotSignedIn(on: Queryable, from: number, to: number): Promise<NotSigned | null> {
  const [tile] = await on.query<{ index: number; hashes: Buffer | null }>(
    `select wanted.index, tile.hashes
       from generate_series($1::bigint / 256, ($2::bigint - 1) / 256) as wanted (index)
       left join audit_tile as tile on tile.level = 0 and tile.index = wanted.index
       left join (
         select entry.index / 256 as index, string_agg(${LEAF_HASH}, ''::bytea order by entry.index) as hashes
           from audit_entry as entry where entry.index >= $1 and entry.index < $2 group by 1
       ) as held on held.index = wanted.index
      where tile.hashes is null or held.hashes is null
         or held.hashes <> substring(tile.hashes from 1 for 32 * least(256, $2::bigint - 256 * wanted.index)::integer)
      order by wanted.index limit 1`,
    [from, to],
  );
  if (tile === undefined) return null;
  const first = Math.max(from, tile.index * TILE_WIDTH);
  const rows = await on.query<{ index: number; hash: Buffer }>(
    `select index, ${LEAF_HASH} as hash from audit_entry where index >= $1 and index < $2 order by index`,
    [first, Math.min(to, first + TILE_WIDTH)],
  );
  const held = new Map(rows.map(({ index, hash }) => [index, hash]));
  for (let index = first; index < Math.min(to, first + TILE_WIDTH); index++) {
    const hash = held.get(index);
    const at = (index % TILE_WIDTH) * HASH_BYTES;
    if (hash === undefined) return { index, missing: true };
    if (!hash.equals(tile.hashes?.subarray(at, at + HASH_BYTES) ?? Buffer.alloc(0)))
      return { index, missing: false };
  }
  return null;
}

/** The newest checkpoint; null before the first. */
export async function newestIn(on: Queryable): Promise<StoredCheckpoint | null> {
  const [row] = await on.query<StoredCheckpoint>(
    `select ${CHECKPOINT} from audit_checkpoint order by size desc limit 1`,
  );
  return row ?? null;
}
