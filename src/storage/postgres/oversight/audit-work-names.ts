import type { Erasable } from "../../../retention/erase-logged.ts";
import type { Database } from "../database.ts";

const OLD_ITEMS = "person <> '' and sample_id in (select id from audit_sample where drawn_at < $1)";
const OLD_FINDINGS = "about is not null and opened_at < $1";

/** Whom reviews and findings are about, for as long as the log itself knows: the copies of a name go when the log's do (AUD-2). */
export class PostgresAuditWorkNames implements Erasable {
  readonly kind = "names in reviews and findings";
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async due(before: number): Promise<number> {
    const [row] = await this.#database.query<{ due: number }>(
      `select (select count(*) from audit_sample_item where ${OLD_ITEMS})
            + (select count(*) from audit_finding where ${OLD_FINDINGS}) as due`,
      [new Date(before)],
    );
    return row?.due ?? 0;
  }

  erase(before: number): Promise<number> {
    const moment = [new Date(before)];
    return this.#database.transaction(async (tx) => {
      const items = await tx.query(
        `update audit_sample_item set person = '' where ${OLD_ITEMS} returning id`,
        moment,
      );
      const findings = await tx.query(
        `update audit_finding set about = null where ${OLD_FINDINGS} returning id`,
        moment,
      );
      return items.length + findings.length;
    });
  }
}
