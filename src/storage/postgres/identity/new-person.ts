import { Problem } from "../../../errors.ts";
import type { NewPerson } from "../../../identity/person.ts";
import { readUsername } from "../../../identity/username.ts";
import { kindOfRoles } from "../../../policy/roles.ts";
import type { Queryable } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { postgresText } from "../postgres-json.ts";

/** Adds a person, in somebody's transaction. @returns the id @throws Problem CONFLICT where the username is taken */
export async function insertPerson(tx: Queryable, person: NewPerson): Promise<number> {
  const { fullName, organisation, roles, passwordHash, totpSecret } = person;
  const kind = kindOfRoles(roles);
  if (kind === undefined) throw new Problem("INPUT_INVALID", "All roles of an account are of one kind.");
  const username = readUsername(person.username);
  if (username === undefined)
    throw new Problem("INPUT_INVALID", "A username is 2 to 64 of the letters a to z, digits, . _ and -.");
  const { rank = null, vetting = "none", trainedOn = null, covert = false } = person;
  try {
    const [row] = await tx.query<{ id: number }>(
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
    return row?.id ?? 0;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem("CONFLICT", `The username ${username} is taken; choose another.`);
  }
}
