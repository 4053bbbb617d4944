import { Problem } from "../../../errors.ts";
import type { NewPerson, Person, PersonStore } from "../../../identity/person.ts";
import { readUsername } from "../../../identity/username.ts";
import { kindOfRoles } from "../../../policy/roles.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresText } from "../postgres-json.ts";
import { asPerson, FROM_PERSON, PERSON, type PersonRow } from "./person-row.ts";

/** People in the governed store. */
export class PostgresPersonStore implements PersonStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(person: NewPerson): Promise<Person> {
    const { fullName, organisation, roles, passwordHash, totpSecret } = person;
    const kind = kindOfRoles(roles);
    if (kind === undefined) throw new Problem("INPUT_INVALID", "All roles of an account are of one kind.");
    const username = readUsername(person.username);
    if (username === undefined)
      throw new Problem("INPUT_INVALID", "A username is 2 to 64 of the letters a to z, digits, . _ and -.");
    const { rank = null, vetting = "none", trainedOn = null, covert = false } = person;
    try {
      const [row] = await this.#database.query<{ id: number }>(
        `insert into person (username, full_name, organisation_id, roles, kind, password_hash, totp_secret, rank, vetting,
           trained_on, covert, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::date, $11, $12) returning id`,
        [
          username,
          postgresText(fullName),
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
    const rows = await this.#database.query<PersonRow>(`select ${PERSON} ${FROM_PERSON} order by username`);
    return rows.map(asPerson);
  }

  byId(id: number): Promise<Person | undefined> {
    return this.#one("person.id = $1", id);
  }

  byUsername(username: string): Promise<Person | undefined> {
    return this.#one("username = $1", postgresText(username));
  }

  async #one(condition: string, value: string | number): Promise<Person | undefined> {
    const sql = `select ${PERSON} ${FROM_PERSON} where ${condition}`;
    const [row] = await this.#database.query<PersonRow>(sql, [value]);
    return row && asPerson(row);
  }
}
