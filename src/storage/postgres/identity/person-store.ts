import type { NewPerson, Person, PersonStore } from "../../../identity/person.ts";
import type { Database } from "../database.ts";
import { postgresText } from "../postgres-json.ts";
import { insertPerson } from "./new-person.ts";
import { asPerson, FROM_PERSON, PERSON, type PersonRow } from "./person-row.ts";

/** People in the governed store. */
export class PostgresPersonStore implements PersonStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(person: NewPerson): Promise<Person> {
    return (await this.byId(await insertPerson(this.#database, person))) as Person;
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
