import { Problem } from "../../errors.ts";
import type { Credentials, NewPerson, Person, PersonBook, Session } from "../../identity/person.ts";
import { kindOfRoles, type Role } from "../../policy/roles.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation } from "./database-error.ts";

interface PersonRow {
  readonly id: number;
  readonly username: string;
  readonly full_name: string;
  readonly organisation_id: number;
  readonly organisation_name: string;
  readonly roles: readonly string[];
  readonly kind: Person["kind"];
  readonly state: Person["state"];
  readonly rank: string | null;
  readonly vetting: string;
  readonly trained_on: string | null;
  readonly covert: boolean;
  readonly organisation_state: Person["standing"]["organisationState"];
  readonly policy_until: string | null;
}

const PERSON = `person.id, username, full_name, organisation_id, organisation.name as organisation_name, roles, person.kind,
  person.state, rank, vetting, trained_on::text as trained_on, covert, organisation.state as organisation_state,
  policy_until::text as policy_until`;
const FROM = "from person join organisation on organisation.id = person.organisation_id";

/** People and sessions in the governed store. */
export class PostgresPersonBook implements PersonBook {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(person: NewPerson): Promise<Person> {
    const { username, fullName, organisation, roles, passwordHash, totpSecret } = person;
    const kind = kindOfRoles(roles);
    if (kind === undefined) throw new Problem("INPUT_INVALID", "All roles of an account are of one kind.");
    const { rank = null, vetting = "none", trainedOn = null, covert = false } = person;
    try {
      const [row] = await this.#database.query<{ id: number }>(
        `insert into person (username, full_name, organisation_id, roles, kind, password_hash, totp_secret, rank, vetting,
           trained_on, covert, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::date, $11, $12) returning id`,
        [
          username.toLowerCase(),
          fullName,
          organisation,
          roles,
          kind,
          passwordHash,
          totpSecret,
          rank,
          vetting,
          trainedOn,
          covert,
          passwordHash === null ? "invited" : "active",
        ],
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
    network: string,
    { now, failures, lockMs }: { now: number; failures: number; lockMs: number },
  ): Promise<Credentials | "unknown" | "locked"> {
    // The attempt that uses up the last failure sets the lock; a right password and code clear it again.
    const [counted] = await this.#database.query<{ locked: boolean }>(
      `insert into sign_in_failure as before (username_hash, network, failures, first_at) values (sha256($1::bytea), $2, 1, $3)
       on conflict (username_hash, network) do update set
         failures = case when before.locked_until <= $3 then 1 else before.failures + 1 end,
         locked_until = case when before.locked_until > $3 then before.locked_until
           when (case when before.locked_until <= $3 then 1 else before.failures + 1 end) > $4 then $5::timestamptz end
       returning coalesce(locked_until > $3, false) as locked`,
      [Buffer.from(username), network, new Date(now), failures, new Date(now + lockMs)],
    );
    if (counted?.locked === true) return "locked";
    const [row] = await this.#database.query<
      PersonRow & { password_hash: string | null; totp_secret: Buffer | null; last_totp_step: number }
    >(`select ${PERSON}, password_hash, totp_secret, last_totp_step ${FROM} where username = $1`, [username]);
    if (row === undefined || row.password_hash === null || row.totp_secret === null) return "unknown";
    return {
      person: asPerson(row),
      passwordHash: row.password_hash,
      totpSecret: row.totp_secret,
      lastTotpStep: row.last_totp_step,
    };
  }

  async useTotpStep(person: number, step: number, repeatable = false): Promise<boolean> {
    const rows = await this.#database.query(
      `with used as (update person set last_totp_step = greatest(last_totp_step, $2)
          where id = $1 and (last_totp_step < $2 or $3) returning username),
        cleared as (delete from sign_in_failure where username_hash in (select sha256(username::bytea) from used))
       select username from used`,
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
      PersonRow & {
        csrf_token: string;
        created: Date;
        last_seen: Date;
        expires: Date;
        stepped_up: Date | null;
      }
    >(
      `select ${PERSON}, csrf_token, created, last_seen, expires, stepped_up ${FROM} join session on session.person_id = person.id
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
      steppedUp: (row.stepped_up ?? row.created).getTime(),
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
  roles: row.roles as readonly Role[],
  kind: row.kind,
  state: row.state,
  standing: {
    rank: row.rank,
    vetting: row.vetting,
    trainedOn: row.trained_on,
    covert: row.covert,
    organisationState: row.organisation_state,
    organisationPolicyUntil: row.policy_until,
  },
});
