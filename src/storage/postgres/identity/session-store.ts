import type { Session } from "../../../identity/person.ts";
import type {
  NewSession,
  OwnSession,
  SessionStore,
  SignInMethod,
} from "../../../identity/sign-in/session-store.ts";
import type { Database } from "../database.ts";
import { asPerson, FROM_PERSON, PERSON, type PersonRow } from "./person-row.ts";

interface SessionRow {
  readonly csrf_token: string;
  readonly created: Date;
  readonly last_seen: Date;
  readonly expires: Date;
  readonly stepped_up: Date | null;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Sessions in the governed store; a trigger ends those of a person who stops being active. */
export class PostgresSessionStore implements SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async open({ tokenHash, person, csrfToken, created, expires, ...from }: NewSession): Promise<void> {
    const { method, address, device } = from;
    await this.#database.query(
      `with used as (update person set last_used = greatest(last_used, $4) where id = $2)
       insert into session (token_hash, person_id, csrf_token, created, last_seen, stepped_up, expires, method, address, device)
       values ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8)`,
      [tokenHash, person, csrfToken, new Date(created), new Date(expires), method, address, device],
    );
  }

  async find(tokenHash: Buffer): Promise<Session | undefined> {
    const [row] = await this.#database.query<PersonRow & SessionRow>(
      `select ${PERSON}, csrf_token, created, last_seen, expires, stepped_up
         ${FROM_PERSON} join session on session.person_id = person.id where token_hash = $1`,
      [tokenHash],
    );
    return (
      row && {
        person: asPerson(row),
        csrfToken: row.csrf_token,
        created: row.created.getTime(),
        lastSeen: row.last_seen.getTime(),
        expires: row.expires.getTime(),
        steppedUp: (row.stepped_up ?? row.created).getTime(),
      }
    );
  }

  async touch(tokenHash: Buffer, now: number): Promise<void> {
    await this.#database.query(
      `with touched as (update session set last_seen = $2 where token_hash = $1 and last_seen < $2 returning person_id)
       update person set last_used = greatest(last_used, $2) where id in (select person_id from touched)`,
      [tokenHash, new Date(now)],
    );
  }

  async stepUp(tokenHash: Buffer, now: number): Promise<void> {
    await this.#database.query("update session set stepped_up = $2 where token_hash = $1", [
      tokenHash,
      new Date(now),
    ]);
  }

  async countWrongProof(tokenHash: Buffer): Promise<number> {
    const [row] = await this.#database.query<{ wrong_proofs: number }>(
      "update session set wrong_proofs = wrong_proofs + 1 where token_hash = $1 returning wrong_proofs",
      [tokenHash],
    );
    return row?.wrong_proofs ?? 0;
  }

  async close(tokenHash: Buffer): Promise<void> {
    await this.#database.query("delete from session where token_hash = $1", [tokenHash]);
  }

  async ofPerson(person: number, now: number): Promise<readonly OwnSession[]> {
    const rows = await this.#database.query<
      SessionRow & { id: string; token_hash: Buffer; method: string; address: string; device: string }
    >(
      `select id, token_hash, created, last_seen, expires, method, address, device from session
        where person_id = $1 and expires > $2 order by last_seen desc, id limit 200`,
      [person, new Date(now)],
    );
    return rows.map(({ token_hash, created, last_seen, expires, method, ...row }) => ({
      id: row.id,
      address: row.address,
      device: row.device,
      tokenHash: token_hash,
      created: created.getTime(),
      lastSeen: last_seen.getTime(),
      expires: expires.getTime(),
      method: method as SignInMethod,
    }));
  }

  async closeOne(person: number, id: string): Promise<Buffer | undefined> {
    if (!ID.test(id)) return undefined;
    const [row] = await this.#database.query<{ token_hash: Buffer }>(
      "delete from session where person_id = $1 and id = $2 returning token_hash",
      [person, id],
    );
    return row?.token_hash;
  }

  async closeOthers(person: number, kept: Buffer | null): Promise<readonly Buffer[]> {
    const rows = await this.#database.query<{ token_hash: Buffer }>(
      "delete from session where person_id = $1 and ($2::bytea is null or token_hash <> $2) returning token_hash",
      [person, kept],
    );
    return rows.map(({ token_hash }) => token_hash);
  }

  async forget(endedBefore: number): Promise<number> {
    const rows = await this.#database.query("delete from session where expires < $1 returning 1 as one", [
      new Date(endedBefore),
    ]);
    return rows.length;
  }
}
