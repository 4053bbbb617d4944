import { Problem } from "../../../errors.ts";
import type { PasskeyStore, StoredPasskey } from "../../../identity/sign-in/passkey-store.ts";
import type { Database } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";

interface PasskeyRow {
  readonly credential_id: string;
  readonly person_id: number;
  readonly public_key: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly created_at: Date;
  readonly last_used: Date | null;
}

/** Passkeys in the governed store: public keys only, there is no secret among them. */
export class PostgresPasskeyStore implements PasskeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(passkey: Omit<StoredPasskey, "lastUsed">): Promise<void> {
    const { id, person, publicKey, counter, transports, name, created } = passkey;
    try {
      await this.#database.query(
        `insert into passkey (credential_id, person_id, public_key, counter, transports, name, created_at)
         values ($1, $2, $3, $4, $5::text[], $6, $7)`,
        [id, person, publicKey, counter, transports, name, new Date(created)],
      );
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Problem("CONFLICT", "This passkey is registered already.");
    }
  }

  async find(id: string): Promise<StoredPasskey | undefined> {
    const [row] = await this.#database.query<PasskeyRow>("select * from passkey where credential_id = $1", [
      id,
    ]);
    return row && asPasskey(row);
  }

  async ofPerson(person: number): Promise<readonly StoredPasskey[]> {
    const rows = await this.#database.query<PasskeyRow>(
      "select * from passkey where person_id = $1 order by created_at, credential_id",
      [person],
    );
    return rows.map(asPasskey);
  }

  async used(id: string, counter: number, now: number): Promise<void> {
    await this.#database.query(
      "update passkey set counter = greatest(counter, $2), last_used = $3 where credential_id = $1",
      [id, counter, new Date(now)],
    );
  }

  async remove(person: number, id: string): Promise<boolean> {
    const rows = await this.#database.query(
      "delete from passkey where person_id = $1 and credential_id = $2 returning 1 as one",
      [person, id],
    );
    return rows.length === 1;
  }
}

const asPasskey = (row: PasskeyRow): StoredPasskey => ({
  id: row.credential_id,
  person: row.person_id,
  publicKey: row.public_key,
  counter: row.counter,
  transports: row.transports,
  name: row.name,
  created: row.created_at.getTime(),
  lastUsed: row.last_used?.getTime() ?? null,
});
