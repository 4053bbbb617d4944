import type { Authority, AuthorityStore } from "../../../authority/authority-store.ts";
import type { Database } from "../database.ts";
import { authorityOf, AUTHORITY_COLUMNS, idIn } from "./authority-row.ts";
import { postgresText } from "../postgres-json.ts";

const TO_FORGET = `forgotten_at is null and $1 > case when state in ('refused', 'withdrawn') then state_since
  else greatest(valid_until, state_since) end`;

/** Authorities in the governed store, for whoever relies on them. */
export class PostgresAuthorityStore implements AuthorityStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(idOrReference: string, organisation: number): Promise<Authority | undefined> {
    const [row] = await this.#database.query(
      `select ${AUTHORITY_COLUMNS} from authority where (reference = $1 or id = $2) and organisation_id = $3
        order by (reference = $1) desc limit 1`,
      [postgresText(idOrReference), idIn(idOrReference), organisation],
    );
    return row === undefined ? undefined : authorityOf(row);
  }

  async current(person: number, organisation: number, now: number): Promise<readonly Authority[]> {
    const rows = await this.#database.query(
      `select ${AUTHORITY_COLUMNS} from authority where organisation_id = $2 and state = 'approved' and valid_from <= $3
          and valid_until > $3 and (holders = '{}' or $1 = any(holders)) order by valid_until, id`,
      [person, organisation, new Date(now)],
    );
    return rows.map(authorityOf);
  }

  /** How many authorities that ended before a moment (epoch ms) still have their case. */
  async withCases(endedBefore: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      `select count(*) as due from authority where ${TO_FORGET}`,
      [new Date(endedBefore)],
    );
    return row?.due ?? 0;
  }

  /**
   * Forgets the VRMs and every reason of authorities that ended before a moment (epoch ms); who asked, who decided and when
   * stays. Answers how many.
   */
  forgetCases(endedBefore: number): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const forgotten = await tx.query<{ id: number }>(
        `update authority set reason = '', decision_reason = case when decision_reason is not null then '' end,
            exceptional = case when exceptional is not null then '' end,
            vrms = case when vrms is not null then '{}'::text[] end, forgotten_at = now()
          where ${TO_FORGET} returning id`,
        [new Date(endedBefore)],
      );
      await tx.query("update authority_event set note = '' where authority_id = any($1) and note <> ''", [
        forgotten.map(({ id }) => id),
      ]);
      return forgotten.length;
    });
  }
}
