import { seal, unseal } from "../../../identity/keys/sealed.ts";
import type { Database } from "../database.ts";

/** Columns that are sealed under the master key, each with its purpose. */
const SEALED = [
  { table: "person", key: "id", column: "totp_secret", purpose: "totp" },
  { table: "organisation_provider", key: "organisation_id", column: "client_secret", purpose: "provider" },
] as const;

/** A master key with what it is known by. */
export interface KnownKey {
  readonly key: Buffer;
  readonly fingerprint: Buffer;
}

/**
 * Seals every secret of the governed store anew, and has the new key's fingerprint on record, in one transaction: a crash leaves
 * all or nothing. Recovery codes were hashed with the old key and cannot be hashed again: they go. Safe to repeat.
 * @returns how many secrets were sealed anew, and of how many people the recovery codes went
 * @throws Error where a secret opens with neither key; nothing is changed then
 */
export function resealSecrets(
  database: Database,
  from: KnownKey,
  to: KnownKey,
): Promise<{ readonly secrets: number; readonly withoutCodes: number }> {
  return database.transaction(async (tx) => {
    const [changed] = await tx.query(
      "update master_key set fingerprint = $2, since = now() where fingerprint = $1 returning one",
      [from.fingerprint, to.fingerprint],
    );
    if (changed === undefined) return { secrets: 0, withoutCodes: 0 };
    let secrets = 0;
    for (const { table, key, column, purpose } of SEALED) {
      const rows = await tx.query<{ key: number; sealed: Buffer }>(
        `select ${key} as key, ${column} as sealed from ${table} where ${column} is not null for update`,
      );
      for (const row of rows)
        await tx.query(`update ${table} set ${column} = $2 where ${key} = $1`, [
          row.key,
          seal(to.key, unseal(from.key, row.sealed, purpose), purpose),
        ]);
      secrets += rows.length;
    }
    const [codes] = await tx.query<{ people: number }>(
      `with gone as (delete from recovery_code returning person_id)
       select count(distinct person_id) as people from gone`,
    );
    return { secrets, withoutCodes: codes?.people ?? 0 };
  });
}
