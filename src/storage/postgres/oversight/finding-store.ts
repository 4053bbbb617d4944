import type {
  Finding,
  FindingStore,
  FindingEvent,
  FindingState,
  NewFinding,
} from "../../../oversight/finding.ts";
import type { Database, Queryable } from "../database.ts";
import { postgresText } from "../postgres-json.ts";

type Row = Omit<Finding, "organisation" | "owner"> & {
  readonly organisation_id: number;
  readonly organisation_name: string;
  readonly owner_id: number;
  readonly owner_username: string;
  readonly owner_name: string;
};

const FINDING = `select finding.id, finding.organisation_id, organisation.name as organisation_name, title, finding.state, owner_id,
    owner.username as owner_username, owner.full_name as owner_name, opener.username as "openedBy", opened_at as "openedAt",
    due_at as "dueAt", closed_at as "closedAt", entry_index as entry, item_id as item, about
  from audit_finding as finding join organisation on organisation.id = finding.organisation_id
  join person as owner on owner.id = owner_id join person as opener on opener.id = opened_by`;

/** Findings in the governed store (AUD-3). */
export class PostgresFindingStore implements FindingStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  open(finding: NewFinding): Promise<number> {
    return this.#database.transaction((tx) => insertFinding(tx, finding, null));
  }

  async find(id: number): Promise<Finding | undefined> {
    const [row] = await this.#database.query<Row>(`${FINDING} where finding.id = $1`, [id]);
    return row && asFinding(row);
  }

  history(id: number): Promise<readonly FindingEvent[]> {
    return this.#database.query<FindingEvent>(
      `select at, username as by, event.state, note from audit_finding_event as event join person on person.id = person_id
        where finding_id = $1 order by event.id`,
      [id],
    );
  }

  async list(filter: Parameters<FindingStore["list"]>[0]): Promise<readonly Finding[]> {
    const { organisation, state, overdueAt, before, limit } = filter;
    const rows = await this.#database.query<Row>(
      `${FINDING} where ($1::integer is null or finding.organisation_id = $1) and ($2::text is null or finding.state = $2)
          and ($3::timestamptz is null or (finding.state = 'open' and due_at < $3)) and ($4::bigint is null or finding.id < $4)
        order by finding.id desc limit $5`,
      [organisation, state ?? null, overdueAt ?? null, before ?? null, limit],
    );
    return rows.map(asFinding);
  }

  /** Active people of some roles in an organisation, and of others anywhere, by name; at most 200. */
  owners(
    organisation: number,
    roles: { readonly of: readonly string[]; readonly anywhere: readonly string[] },
  ): Promise<readonly { readonly id: number; readonly username: string; readonly fullName: string }[]> {
    return this.#database.query(
      `select id, username, full_name as "fullName" from person
        where state = 'active' and (organisation_id = $1 and roles && $2::text[] or roles && $3::text[])
        order by full_name, id limit 200`,
      [organisation, roles.of, roles.anywhere],
    );
  }

  change(
    id: number,
    seen: FindingState,
    to: Parameters<FindingStore["change"]>[2],
    by: number,
    now: Date,
  ): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const [changed] = await tx.query(
        `update audit_finding set state = $3, owner_id = $4, due_at = $5,
                closed_at = case when $3 = 'open' then null when state = $3 then closed_at else $6::timestamptz end
          where id = $1 and state = $2 returning id`,
        [id, seen, to.state, to.owner, to.dueAt, now],
      );
      if (changed === undefined) return false;
      await addEvent(tx, id, { at: now, person: by, state: to.state, note: to.note });
      return true;
    });
  }
}

/** Opens a finding with the first line of its history, within a transaction. Answers its id. */
export async function insertFinding(
  tx: Queryable,
  finding: NewFinding,
  item: number | null,
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into audit_finding (organisation_id, item_id, entry_index, about, title, state, owner_id, opened_by, opened_at, due_at)
     values ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9) returning id`,
    [
      finding.organisation,
      item,
      finding.entry,
      finding.about,
      postgresText(finding.title),
      finding.owner,
      finding.openedBy,
      finding.openedAt,
      finding.dueAt,
    ],
  );
  const { id } = row as { id: number };
  const { openedAt: at, openedBy: person, note } = finding;
  await addEvent(tx, id, { at, person, state: "open", note });
  return id;
}

const addEvent = (
  tx: Queryable,
  finding: number,
  event: { at: Date; person: number; state: FindingState; note: string },
): Promise<unknown> =>
  tx.query(
    "insert into audit_finding_event (finding_id, at, person_id, state, note) values ($1, $2, $3, $4, $5)",
    [finding, event.at, event.person, event.state, postgresText(event.note)],
  );

const asFinding = ({
  organisation_id,
  organisation_name,
  owner_id,
  owner_username,
  owner_name,
  ...row
}: Row): Finding => ({
  ...row,
  organisation: { id: organisation_id, name: organisation_name },
  owner: { id: owner_id, username: owner_username, fullName: owner_name },
});
