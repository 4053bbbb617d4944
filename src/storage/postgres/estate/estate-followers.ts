import type { EstateFollowers } from "../../../estate/estate-lease.ts";
import type { Database } from "../database.ts";

/** Processes that take reads, in the governed store; all times are its clock's. */
export class PostgresEstateFollowers implements EstateFollowers {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async confirm(process: string, change: number, leaseMs: number): Promise<void> {
    // Whoever ended without saying so leaves a row; it is swept a day later.
    await this.#database.query(
      `with swept as (delete from estate_follower where until < now() - interval '1 day' and id <> $1::uuid)
       insert into estate_follower (id, followed, until) values ($1::uuid, $2, now() + make_interval(secs => $3::double precision / 1000))
       on conflict (id) do update set followed = excluded.followed, until = excluded.until`,
      [process, change, leaseMs],
    );
  }

  async leave(process: string): Promise<void> {
    await this.#database.query("delete from estate_follower where id = $1::uuid", [process]);
  }

  async areBehind(nrd: number): Promise<boolean> {
    const [row] = await this.#database.query<{ behind: boolean }>(
      `select exists (select from estate_follower
          where until > now() and followed < (select changed_seq from nrd where id = $1)) as behind`,
      [nrd],
    );
    return row?.behind ?? false;
  }
}
