import type { CredentialStore, NewCredentials } from "../../../identity/sign-in/credential-store.ts";
import type { Credentials, Person } from "../../../identity/person.ts";
import type { Database, Queryable } from "../database.ts";
import { putEnrolment } from "./enrolment-row.ts";
import { asPerson, FROM_PERSON, PERSON, type PersonRow } from "./person-row.ts";

/** What people prove themselves with, in the governed store. */
export class PostgresCredentialStore implements CredentialStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  byUsername(username: string): Promise<Credentials | undefined> {
    return this.#credentials("username = $1", username);
  }

  byPerson(person: number): Promise<Credentials | undefined> {
    return this.#credentials("person.id = $1", person);
  }

  async #credentials(condition: string, value: string | number): Promise<Credentials | undefined> {
    const [row] = await this.#database.query<
      PersonRow & { password_hash: string | null; totp_secret: Buffer | null }
    >(`select ${PERSON}, password_hash, totp_secret ${FROM_PERSON} where ${condition}`, [value]);
    if (row === undefined || row.password_hash === null || row.totp_secret === null) return undefined;
    return { person: asPerson(row), passwordHash: row.password_hash, totpSecret: row.totp_secret };
  }

  async useTotpStep(person: number, step: number, repeatable = false): Promise<boolean> {
    const rows = await this.#database.query(
      `update person set last_totp_step = greatest(last_totp_step, $2)
        where id = $1 and (last_totp_step < $2 or $3) returning 1 as one`,
      [person, step, repeatable],
    );
    return rows.length === 1;
  }

  async setPassword(person: number, passwordHash: string): Promise<void> {
    await this.#database.query("update person set password_hash = $2 where id = $1", [person, passwordHash]);
  }

  async recoveryLeft(person: number): Promise<number> {
    const [row] = await this.#database.query<{ left: number }>(
      `select count(*)::integer as "left" from recovery_code where person_id = $1 and used_at is null`,
      [person],
    );
    return row?.left ?? 0;
  }

  replaceRecovery(person: number, hashes: readonly Buffer[]): Promise<void> {
    return this.#database.transaction((tx) => putRecovery(tx, person, hashes));
  }

  async isRecovery(person: number, hash: Buffer): Promise<boolean> {
    const rows = await this.#database.query(
      "select 1 as one from recovery_code where person_id = $1 and code_hash = $2 and used_at is null",
      [person, hash],
    );
    return rows.length === 1;
  }

  async useRecovery(person: number, hash: Buffer, now: number): Promise<boolean> {
    const rows = await this.#database.query(
      `update recovery_code set used_at = $3 where person_id = $1 and code_hash = $2 and used_at is null
       returning 1 as one`,
      [person, hash, new Date(now)],
    );
    return rows.length === 1;
  }

  addEnrolment({ person, by, now, ...link }: Parameters<CredentialStore["addEnrolment"]>[0]): Promise<void> {
    return this.#database.transaction((tx) => putEnrolment(tx, person, link, { by, now }));
  }

  async enrolmentOf(tokenHash: Buffer, now: number): Promise<Person | undefined> {
    const [row] = await this.#database.query<PersonRow>(
      `select ${PERSON} ${FROM_PERSON} join enrolment on enrolment.person_id = person.id
        where token_hash = $1 and used_at is null and expires > $2 and person.state in ('invited', 'active')`,
      [tokenHash, new Date(now)],
    );
    return row && asPerson(row);
  }

  enrol(tokenHash: Buffer, credentials: NewCredentials): Promise<boolean> {
    const { passwordHash, totpSecret, totpStep, recoveryHashes } = credentials;
    const now = new Date(credentials.now);
    return this.#database.transaction(async (tx) => {
      const [used] = await tx.query<{ person_id: number }>(
        `update enrolment set used_at = $2 where token_hash = $1 and used_at is null and expires > $2
           and person_id in (select id from person where state in ('invited', 'active') for update)
         returning person_id`,
        [tokenHash, now],
      );
      if (used === undefined) return false;
      const person = used.person_id;
      await tx.query(
        `update person set password_hash = $2, totp_secret = $3, last_totp_step = $4, state = 'active',
           state_since = case when state = 'invited' then $5 else state_since end,
           state_why = case when state = 'invited' then 'enrolled' else state_why end where id = $1`,
        [person, passwordHash, totpSecret, totpStep, now],
      );
      await putRecovery(tx, person, recoveryHashes);
      await tx.query("delete from passkey where person_id = $1", [person]);
      await tx.query("delete from session where person_id = $1", [person]);
      return true;
    });
  }

  async forgetEnrolments(expiredBefore: number): Promise<number> {
    const rows = await this.#database.query("delete from enrolment where expires < $1 returning 1 as one", [
      new Date(expiredBefore),
    ]);
    return rows.length;
  }
}

async function putRecovery(tx: Queryable, person: number, hashes: readonly Buffer[]): Promise<void> {
  await tx.query("delete from recovery_code where person_id = $1", [person]);
  for (const hash of hashes)
    await tx.query("insert into recovery_code (person_id, code_hash) values ($1, $2)", [person, hash]);
}
