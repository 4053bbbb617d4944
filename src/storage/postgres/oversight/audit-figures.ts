import type { AuditFigures, Bar, ChartFigures, DayVolume } from "../../../oversight/charts.ts";
import type { AuditAction } from "../../../audit/vocabulary.ts";
import type { Database } from "../database.ts";

/** `$1` and `$2` the period, `$3` the organisation or null. */
const WHERE = "at >= $1 and at < $2 and ($3::integer is null or organisation = $3)";
const BEGINS = "outcome in ('asked', 'refused')";
/** What counts once however many entries it has: an enquiry, or the request that opened a page or took something out. */
const ACT = "coalesce(sealed ->> 'enquiry', index::text)";
const REQUEST = "coalesce(sealed ->> 'requestId', index::text)";
/** Enquiries, each by its first entry: one that was asked and then refused is one. */
const ASKED = `(select distinct on (${ACT}) at, actor, open, sealed from audit_entry
  where action = 'enquiry.ask' and ${BEGINS} and ${WHERE} order by ${ACT}, index) as enquiry`;
const EXPORTS: readonly AuditAction[] = ["audit.export"];
const LONDON = "at at time zone 'Europe/London'";

/** Patterns of use, counted where the log is kept (AUD-5). */
export class PostgresAuditFigures implements AuditFigures {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async figures({
    organisation,
    from,
    to,
    people,
  }: Parameters<AuditFigures["figures"]>[0]): Promise<ChartFigures> {
    const bars = (sql: string, more: readonly unknown[] = []): Promise<Bar[]> =>
      this.#database.query<Bar>(sql, [from, to, organisation, ...more]);
    const byLevel = await bars(
      `select coalesce(open ->> 'level', sealed ->> 'level', '') as name, count(*) as count from ${ASKED} group by 1 order by 2 desc, 1`,
    );
    const hours = await bars(
      `select to_char(${LONDON}, 'HH24') as name, count(*) as count from ${ASKED} group by 1`,
    );
    const byPerson =
      organisation === null
        ? []
        : await bars(
            `select actor as name, count(*) as count from ${ASKED} where actor is not null
              group by 1 order by 2 desc, 1 limit $4`,
            [people],
          );
    const refusals = await bars(
      `select rule as name, count(*) as count from audit_entry cross join lateral jsonb_array_elements_text(
           case when jsonb_typeof(open -> 'rules') = 'array' then open -> 'rules' 
                else jsonb_build_array(coalesce('role-may-' || replace(coalesce(open ->> 'wanted', sealed ->> 'wanted'), '.', '-'), action)) end) as rule
        where outcome = 'refused' and ${WHERE} group by 1 order by 2 desc, 1 limit 20`,
    );
    const volume = await this.#database.query<DayVolume>(
      `select to_char(${LONDON}, 'YYYY-MM-DD') as day,
              count(distinct ${ACT}) filter (where action = 'enquiry.ask' and ${BEGINS}) as enquiries,
              count(distinct ${REQUEST}) filter (where action = 'enquiry.page' and ${BEGINS}) as pages,
              count(distinct ${REQUEST}) filter (where action = any($4) and outcome in ('asked', 'allowed')) as exports
         from audit_entry where ${WHERE} and (action in ('enquiry.ask', 'enquiry.page') or action = any($4))
        group by 1 order by 1`,
      [from, to, organisation, EXPORTS],
    );
    return { byLevel, byHour: everyHour(hours), byPerson, refusals, volume };
  }
}

const everyHour = (hours: readonly Bar[]): Bar[] =>
  Array.from({ length: 24 }, (_, hour) => {
    const name = String(hour).padStart(2, "0");
    return hours.find((bar) => bar.name === name) ?? { name, count: 0 };
  });
