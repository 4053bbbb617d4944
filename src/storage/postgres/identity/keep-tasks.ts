import { INTENDED_LOSS } from "../../../estate/nrd-loss.ts";
import type { CameraRules, TaskKind, TaskRules } from "../../../identity/tasks/task.ts";
import type { Queryable } from "../database.ts";

interface Wanted {
  readonly kind: TaskKind;
  /** Whose tasks, and when they are due; `$4` is `number`. May name an `nrd_id`. */
  readonly sql: string;
  readonly number: number;
  /** Due dates after it (epoch ms) are no task yet. */
  readonly horizon: number;
  /** How a task ends that is wanted no more. */
  readonly outcome: string;
}

/** No word of covert cameras: who sees tasks may not know of them. */
const losingCameras = ({ lostReads, lostWithinHours, mendDays }: CameraRules, now: number): Wanted => ({
  kind: "mend-camera",
  sql: `select null::integer as person_id, nrd.organisation_id, nrd.id as nrd_id,
      min(lost.first_at) + make_interval(days => $4::integer) as due_at
     from lost_read_count lost join nrd on nrd.id = lost.nrd_id and nrd.state = 'live' and nrd.type <> 'covert'
     where lost.day >= ${literal(now - lostWithinHours * HOUR_MS - DAY_MS)}::date and lost.code <> '${INTENDED_LOSS}'
     group by nrd.id, nrd.organisation_id
     having sum(lost.count) >= ${lostReads} and max(lost.last_at) > ${literal(now - lostWithinHours * HOUR_MS)}::timestamptz`,
  number: mendDays,
  horizon: Number.POSITIVE_INFINITY,
  outcome: "reads are good again",
});

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const literal = (at: number): string => `'${new Date(at).toISOString()}'`;

const wantedBy = ({ trainingMonths, leaverHours, warnMs, cameras, now }: TaskRules): readonly Wanted[] => [
  ...(cameras === undefined ? [] : [losingCameras(cameras, now)]),
  {
    kind: "end-leaver",
    // The hours run from the start of the last day, so that they are never more, whenever on that day the person goes.
    sql: `select id as person_id, organisation_id, null::integer as nrd_id,
        (leaves_on + make_interval(hours => $4::integer)) at time zone 'UTC' as due_at
       from person where state <> 'ended' and leaves_on is not null`,
    number: leaverHours,
    horizon: Number.POSITIVE_INFINITY,
    outcome: "stays",
  },
  {
    kind: "renew-training",
    // The day of training counts whole: it lapses at the end of the same day so many months later, UTC.
    sql: `select id as person_id, organisation_id, null::integer as nrd_id, coalesce(
        (trained_on + make_interval(months => $4::integer, days => 1)) at time zone 'UTC', created_at + $7::interval) as due_at
       from person where state = 'active' and kind <> 'administrator'`,
    number: trainingMonths,
    horizon: now + warnMs,
    outcome: "renewed",
  },
  {
    kind: "renew-policy",
    sql: `select null::integer as person_id, id as organisation_id, null::integer as nrd_id, coalesce(
        (policy_until + $4::integer)::timestamp at time zone 'UTC',
        (select min(created_at) from person where organisation_id = organisation.id) + $7::interval) as due_at
       from organisation where state = 'approved'
        and exists (select from person where organisation_id = organisation.id and state <> 'ended')`,
    number: 1,
    horizon: now + warnMs,
    outcome: "renewed",
  },
];

/**
 * Brings the open tasks of one organisation, or of all, in line with what is on record, in somebody's transaction. Doing it
 * again changes nothing.
 */
export async function keepTasks(tx: Queryable, rules: TaskRules, organisation?: number): Promise<void> {
  const now = new Date(rules.now);
  for (const { kind, sql, number, horizon, outcome } of wantedBy(rules))
    await tx.query(
      `with wanted as (select * from (${sql}) as candidate
            where due_at <= $2 and $7::interval is not null and ($6::integer is null or organisation_id = $6)),
         closed as (
           update account_task task set done_at = $1, outcome = $5 where kind = $3 and done_at is null
              and ($6::integer is null or task.organisation_id = $6)
              and not exists (select from wanted where wanted.organisation_id = task.organisation_id
                and wanted.person_id is not distinct from task.person_id
                and wanted.nrd_id is not distinct from task.nrd_id))
       insert into account_task as task (kind, person_id, nrd_id, organisation_id, opened_at, due_at)
       select $3, person_id, nrd_id, organisation_id, $1, due_at from wanted order by organisation_id, person_id, nrd_id
       on conflict (organisation_id, coalesce(person_id, 0), coalesce(nrd_id, 0), kind) where done_at is null
         do update set due_at = excluded.due_at where task.due_at <> excluded.due_at`,
      [
        now,
        Number.isFinite(horizon) ? new Date(horizon) : "infinity",
        kind,
        number,
        outcome,
        organisation ?? null,
        // What there never was is due half as long after as an end is told before: nothing is late the minute it begins.
        `${rules.warnMs / 2} milliseconds`,
      ],
    );
}

/** Closes the requests for links that nobody approved in time. */
export async function lapseLinks(tx: Queryable, now: number): Promise<void> {
  await tx.query(
    `update account_task set done_at = $1, outcome = 'lapsed'
      where kind = 'approve-link' and done_at is null and due_at <= $1`,
    [new Date(now)],
  );
}
