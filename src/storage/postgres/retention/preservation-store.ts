import { Problem } from "../../../errors.ts";
import type { Preservation, PreservationStore } from "../../../retention/preservation-store.ts";
import { isUniqueViolation } from "../database-error.ts";
import type { Database } from "../database.ts";
import { postgresText } from "../postgres-json.ts";

const PRESERVATION = `id, reference, organisation_id as organisation, reason, made_by as "madeBy", made_at as "madeAt",
  released_at as "releasedAt", (select count(*) from preservation_read where preservation_id = preservation.id) as reads`;

/** Preserved reads in the governed store. */
export class PostgresPreservationStore implements PreservationStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async preserve(
    { reference, organisation, reason, madeBy }: Parameters<PreservationStore["preserve"]>[0],
    reads: readonly { id: string; captured: number }[],
  ): Promise<Preservation> {
    const given = this.#database.transaction(async (tx) => {
      const [made] = await tx.query<{ id: number }>(
        `insert into preservation (reference, organisation_id, reason, made_by, made_at) values ($1, $2, $3, $4, $5) returning id`,
        [postgresText(reference), organisation, postgresText(reason), madeBy, new Date(this.#now())],
      );
      await tx.query(
        `insert into preservation_read (preservation_id, read_id, captured)
         select $1, * from unnest($2::text[], $3::timestamptz[]) on conflict do nothing`,
        [made?.id, reads.map(({ id }) => id), reads.map(({ captured }) => new Date(captured).toISOString())],
      );
      const [row] = await tx.query<Preservation>(`select ${PRESERVATION} from preservation where id = $1`, [
        made?.id,
      ]);
      return row as Preservation;
    });
    return given.catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new Problem(
        "CONFLICT",
        `Reads are preserved under ${reference} already; give another reference.`,
      );
    });
  }

  async release(id: number, by: number): Promise<void> {
    const rows = await this.#database.query(
      "update preservation set released_by = $2, released_at = $3 where id = $1 and released_at is null returning id",
      [id, by, new Date(this.#now())],
    );
    if (rows.length === 0)
      throw new Problem("NOT_FOUND", `There is no preservation ${id} that still stands.`);
  }

  list(organisation: number): Promise<readonly Preservation[]> {
    return this.#database.query<Preservation>(
      `select ${PRESERVATION} from preservation where organisation_id = $1 order by id desc`,
      [organisation],
    );
  }

  standing(): ReturnType<PreservationStore["standing"]> {
    return this.#database.query(
      `select reference, array_agg(read_id order by read_id) as "readIds"
         from preservation join preservation_read on preservation_id = preservation.id
        where released_at is null group by preservation.id order by preservation.id`,
    );
  }

  async readsOfDay(day: string): Promise<readonly string[]> {
    const rows = await this.#database.query<{ read_id: string }>(
      `select distinct read_id from preservation_read join preservation on preservation.id = preservation_id
        where released_at is null and captured >= ($1::date)::timestamp at time zone 'UTC'
          and captured < ($1::date + 1)::timestamp at time zone 'UTC' order by read_id`,
      [day],
    );
    return rows.map(({ read_id }) => read_id);
  }
}
