import type { EnrolmentLink } from "../../../identity/sign-in/enrolment-link.ts";
import type { Queryable } from "../database.ts";

/** Keeps a link in the place of those given before, in somebody's transaction. @param by person id; null for the service */
export async function putEnrolment(
  tx: Queryable,
  person: number,
  { tokenHash, expires }: Pick<EnrolmentLink, "tokenHash" | "expires">,
  { by, now }: { readonly by: number | null; readonly now: number },
): Promise<void> {
  await tx.query("delete from enrolment where person_id = $1 and used_at is null", [person]);
  await tx.query(
    "insert into enrolment (token_hash, person_id, made_by, made_at, expires) values ($1, $2, $3, $4, $5)",
    [tokenHash, person, by, new Date(now), new Date(expires)],
  );
}
