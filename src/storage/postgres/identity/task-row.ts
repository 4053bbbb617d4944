import { z } from "zod";
import { TASK_KINDS, type Task } from "../../../identity/tasks/task.ts";
import { ROLES } from "../../../policy/roles.ts";

/** Who made a task due: changed the roles that are to be reviewed, or asked for the link. */
export const AUTHORS = `array(select distinct by_id from account_event event where event.person_id = task.person_id
    and event.at between task.opened_at and coalesce(task.done_at, 'infinity') and by_id is not null
    and case task.kind when 'review-permissions' then what = 'changed' and after ? 'roles'
      when 'approve-link' then what = 'link-asked' else false end)`;

export const TASK = `select task.id, task.kind, task.person_id, about.username, about.full_name, about.roles, task.organisation_id,
    task.nrd_id, nrd.name as nrd_name, organisation.name as organisation_name, organisation.code as organisation_code, opened_at, due_at, done_at,
    by.username as done_by, outcome, note, ${AUTHORS} as authors
  from account_task task join organisation on organisation.id = task.organisation_id
    left join nrd on nrd.id = task.nrd_id
    left join person about on about.id = task.person_id left join person by on by.id = task.done_by`;

const row = z.strictObject({
  id: z.int(),
  kind: z.enum(TASK_KINDS),
  person_id: z.int().nullable(),
  username: z.string().nullable(),
  full_name: z.string().nullable(),
  roles: z.array(z.enum(ROLES)).nullable(),
  nrd_id: z.int().nullable(),
  nrd_name: z.string().nullable(),
  organisation_id: z.int(),
  organisation_name: z.string(),
  organisation_code: z.string(),
  opened_at: z.date(),
  due_at: z.date(),
  done_at: z.date().nullable(),
  done_by: z.string().nullable(),
  outcome: z.string().nullable(),
  note: z.string().nullable(),
  authors: z.array(z.int()),
});

/** Rows of `TASK`, each checked. @throws ZodError where the store holds what no task is */
export const asTasks = (rows: readonly unknown[]): readonly Task[] => z.array(row).parse(rows).map(asTask);

const asTask = (task: z.infer<typeof row>): Task => ({
  id: task.id,
  kind: task.kind,
  person:
    task.person_id === null
      ? null
      : {
          id: task.person_id,
          username: task.username ?? "",
          fullName: task.full_name ?? "",
          roles: task.roles ?? [],
        },
  nrd: task.nrd_id === null ? null : { id: task.nrd_id, name: task.nrd_name ?? "" },
  organisation: { id: task.organisation_id, name: task.organisation_name, code: task.organisation_code },
  opened: task.opened_at,
  due: task.due_at,
  done: task.done_at,
  doneBy: task.done_by,
  outcome: task.outcome,
  note: task.note,
  authors: task.authors,
});
