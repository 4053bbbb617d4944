import type { Challenge, ChallengeStore, ChallengeKind } from "../../../identity/sign-in/challenge-store.ts";
import type { Database } from "../database.ts";
import { postgresJson } from "../postgres-json.ts";

/** Challenges in the governed store, so that any process may hear the answer. */
export class PostgresChallengeStore implements ChallengeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async put(idHash: Buffer, challenge: Challenge, expires: number): Promise<void> {
    const { kind, person, organisation, body } = challenge;
    await this.#database.query(
      `insert into sign_in_challenge (id_hash, kind, person_id, organisation_id, body, expires)
       values ($1, $2, $3, $4, $5::jsonb, $6)`,
      [idHash, kind, person, organisation, postgresJson(body), new Date(expires)],
    );
  }

  async take(idHash: Buffer, kind: ChallengeKind, now: number): Promise<Challenge | undefined> {
    const [row] = await this.#database.query<
      Pick<Challenge, "kind" | "body"> & {
        person_id: number | null;
        organisation_id: number | null;
        expires: Date;
      }
    >(
      `delete from sign_in_challenge where id_hash = $1 and kind = $2
       returning kind, body, person_id, organisation_id, expires`,
      [idHash, kind],
    );
    if (row === undefined || row.expires.getTime() <= now) return undefined;
    return { kind: row.kind, person: row.person_id, organisation: row.organisation_id, body: row.body };
  }

  async forget(before: number): Promise<number> {
    const rows = await this.#database.query(
      "delete from sign_in_challenge where expires < $1 returning 1 as one",
      [new Date(before)],
    );
    return rows.length;
  }
}
