import { Problem } from "../../errors.ts";
import type { Credentials, NewPerson, Person, PersonBook, Session } from "../../identity/person.ts";
import type { Role } from "../../policy/roles.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation } from "./database-error.ts";

interface PersonRow {
  readonly id: number;
  readonly username: string;
  readonly full_name: string;
  readonly organisation_id: number;
  readonly organisation_name: string;
  readonly role: string;
  readonly state: Person["state"];
}

const PERSON = `person.id, username, full_name, organisation_id, organisation.name as organisation_name, role, state`;
const FROM = "from person join organisation on organisation.id = person.organisation_id";

/** People and sessions in the governed store. */
export class PostgresPersonBook implements PersonBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(person: NewPerson): Promise<Person> {
    const { username, fullName, organisation, role, passwordHash, totpSecret } = person;
    try {
      const [row] = await this.#database.query<{ id: number }>(
        `insert into person (username, full_name, organisation_id, role, password_hash, totp_secret)
         values ($1, $2, $3, $4, $5, $6) returning id`,
        [username.toLowerCase(), fullName, organisation, role, passwordHash, totpSecret],
      );
      return (await this.byId(row?.id ?? 0)) as Person;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Problem("CONFLICT", `The username ${username} is taken; choose another.`);
    }
  }

  async all(): Promise<readonly Person[]> {
    const rows = await this.#database.query<PersonRow>(`select ${PERSON} ${FROM} order by username`);
    return rows.map(asPerson);
  }

  async byId(id: number): Promise<Person | undefined> {
    const [row] = await this.#database.query<PersonRow>(`select ${PERSON} ${FROM} where person.id = $1`, [
      id,
    ]);
    return row && asPerson(row);
  }

  async beginAttempt(
    username: string,
    { now, failures, lockMs }: { now: number; failures: number; lockMs: number },
  ): Promise<Credentials | "unknown" | "locked"> {
    // The attempt that uses up the last failure sets the lock; a right password clears it again.
    const [row] = await this.#database.query<
      PersonRow & { password_hash: string; totp_secret: Buffer; last_totp_step: number; locked: boolean }
    >(
      `with before as (select id, locked_until > $2 as locked, locked_until <= $2 as lapsed from person where username = $1 for update),
            counted as (
              update person set
                failures = case when lapsed then 1 else person.failures + 1 end,
                locked_until = case when (case when lapsed then 1 else person.failures + 1 end) >= $3 then $4::timestamptz end
              from before where person.id = before.id and before.locked is not true returning person.id)
       select ${PERSON}, password_hash, totp_secret, last_totp_step, coalesce(before.locked, false) as locked
         ${FROM} join before on before.id = person.id left join counted on counted.id = person.id`,
      [username, new Date(now), failures, new Date(now + lockMs)],
    );
    if (row === undefined) return "unknown";
    if (row.locked) return "locked";
    return {
      person: asPerson(row),
      passwordHash: row.password_hash,
      totpSecret: row.totp_secret,
      lastTotpStep: row.last_totp_step,
    };
  }

  async useTotpStep(person: number, step: number, repeatable = false): Promise<boolean> {
    const rows = await this.#database.query(
      `update person set last_totp_step = greatest(last_totp_step, $2), failures = 0, locked_until = null
        where id = $1 and (last_totp_step < $2 or $3) returning id`,
      [person, step, repeatable],
    );
    return rows.length === 1;
  }

  async openSession(session: Parameters<PersonBook["openSession"]>[0]): Promise<void> {
    const { tokenHash, person, csrfToken, created, expires } = session;
    await this.#database.query(
      `insert into session (token_hash, person_id, csrf_token, created, last_seen, expires) values ($1, $2, $3, $4, $4, $5)`,
      [tokenHash, person, csrfToken, new Date(created), new Date(expires)],
    );
  }

  async session(tokenHash: Buffer): Promise<Session | undefined> {
    const [row] = await this.#database.query<
      PersonRow & { csrf_token: string; created: Date; last_seen: Date; expires: Date }
    >(
      `select ${PERSON}, csrf_token, created, last_seen, expires ${FROM} join session on session.person_id = person.id
        where token_hash = $1`,
      [tokenHash],
    );
    if (row === undefined) return undefined;
    return {
      person: asPerson(row),
      csrfToken: row.csrf_token,
      created: row.created.getTime(),
      lastSeen: row.last_seen.getTime(),
      expires: row.expires.getTime(),
    };
  }

  async touchSession(tokenHash: Buffer, now: number): Promise<void> {
    await this.#database.query("update session set last_seen = $2 where token_hash = $1 and last_seen < $2", [
      tokenHash,
      new Date(now),
    ]);
  }

  async closeSession(tokenHash: Buffer): Promise<void> {
    await this.#database.query("delete from session where token_hash = $1", [tokenHash]);
  }

  async forgetSessions(endedBefore: number): Promise<number> {
    const rows = await this.#database.query("delete from session where expires < $1 returning 1 as one", [
      new Date(endedBefore),
    ]);
    return rows.length;
  }
}

const asPerson = (row: PersonRow): Person => ({
  id: row.id,
  username: row.username,
  fullName: row.full_name,
  organisation: { id: row.organisation_id, name: row.organisation_name },
  role: row.role as Role,
  state: row.state,
});
