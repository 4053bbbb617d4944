import type {
  LinkRequest,
  Task,
  TaskFilter,
  TaskKind,
  TaskRules,
  TaskStore,
} from "../../../identity/tasks/task.ts";
import type { Database } from "../database.ts";
import { postgresText } from "../postgres-json.ts";
import { recordEvent } from "./account-event.ts";
import { keepTasks, lapseLinks } from "./keep-tasks.ts";
import { asTasks, TASK } from "./task-row.ts";

/** Tasks about accounts and organisations in the governed store. */
export class PostgresTaskStore implements TaskStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async open({ organisation, person, kinds, after, limit }: TaskFilter): Promise<readonly Task[]> {
    const rows = await this.#database.query(
      `${TASK} where done_at is null and ($1::integer is null or task.organisation_id = $1)
         and ($2::integer is null or task.person_id = $2)
         and ($6::text[] is null or task.kind = any($6))
         and ($3::timestamptz is null or (due_at, task.id) > ($3, $4::bigint))
       order by due_at, task.id limit $5`,
      [
        organisation ?? null,
        person ?? null,
        after === undefined ? null : new Date(after.due),
        after?.id ?? null,
        limit,
        kinds ?? null,
      ],
    );
    return asTasks(rows);
  }

  async byId(id: number): Promise<Task | undefined> {
    const [task] = asTasks(await this.#database.query(`${TASK} where task.id = $1`, [id]));
    return task;
  }

  async close(
    id: number,
    { by, outcome, note, now }: { by: number | null; outcome: string; note: string; now: number },
  ): Promise<boolean> {
    const rows = await this.#database.query(
      `update account_task set done_at = $2, done_by = $3, outcome = $4, note = $5
        where id = $1 and done_at is null returning 1 as one`,
      [id, new Date(now), by, outcome, postgresText(note)],
    );
    return rows.length === 1;
  }

  async counts(
    now: number,
    organisation: number | null,
    kinds?: readonly TaskKind[],
  ): Promise<{ open: number; overdue: number }> {
    const [row] = await this.#database.query<{ open: number; overdue: number }>(
      `select count(*)::integer as open, (count(*) filter (where due_at <= $1))::integer as overdue
         from account_task where done_at is null and ($2::integer is null or organisation_id = $2)
            and ($3::text[] is null or kind = any($3))`,
      [new Date(now), organisation, kinds ?? null],
    );
    return row ?? { open: 0, overdue: 0 };
  }

  async overdue(kind: TaskKind, now: number, limit: number): Promise<readonly number[]> {
    const rows = await this.#database.query<{ person_id: number }>(
      `select person_id from account_task where done_at is null and kind = $1 and due_at <= $2 and person_id is not null
        order by due_at, id limit $3`,
      [kind, new Date(now), limit],
    );
    return rows.map(({ person_id }) => person_id);
  }

  askLink({ kind, due, person, organisation, by, reason, now }: LinkRequest): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const opened = await tx.query(
        `insert into account_task (kind, person_id, organisation_id, opened_at, due_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning 1 as one`,
        [kind, person, organisation, new Date(now), new Date(due)],
      );
      if (opened.length === 0) return false;
      await recordEvent(tx, person, "link-asked", {}, {}, { by, reason, now });
      return true;
    });
  }

  async lastLink(person: number, since: number): Promise<{ at: Date; by: string } | undefined> {
    const [row] = await this.#database.query<{ at: Date; by: string }>(
      `select at, by.username as by from account_event join person by on by.id = by_id
        where person_id = $1 and what = 'link-asked' and at > $2 order by account_event.id desc limit 1`,
      [person, new Date(since)],
    );
    return row;
  }

  keep(rules: TaskRules): Promise<void> {
    return this.#database.transaction(async (tx) => {
      await lapseLinks(tx, rules.now);
      await keepTasks(tx, rules);
    });
  }
}
