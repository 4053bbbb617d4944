import { ENTRIES_OF, WATCHED_ACTIONS, type MonitoringRule } from "../../../identity/monitoring/rules.ts";
import type { Activity, Evidence } from "../../../identity/monitoring/suspicion.ts";
import { wideNetworkOf } from "../../../identity/monitoring/wide-network.ts";
import type { Database } from "../database.ts";

/** Somebody's entries later than a moment and an index; time in the log never goes back, so an index bounds them. */
const LATER = `from audit_entry where actor = $1 and action = any($2::text[])
  and index > greatest($4::bigint,
    coalesce((select index from audit_entry where at <= $3 order by at desc, index desc limit 1), -1))`;
/** An act is one request, however many entries it writes. */
const ACTS = "count(distinct coalesce(sealed ->> 'requestId', index::text))::integer as count";
const ENTRIES = "coalesce((array_agg(index order by index desc))[1:50], '{}') as entries";
/** The one vehicle a question names. */
const ASKED = "coalesce(sealed ->> 'vrm', sealed #>> '{question,vrm}')";

/** What each kind counts. */
const COUNTED: Readonly<Record<Exclude<MonitoringRule["kind"], "impossible-sign-in">, string>> = {
  "refusal-burst": `select ${ACTS}, ${ENTRIES} ${LATER} and outcome = 'refused'
    and not coalesce(open -> 'rules' ? 'view-limit', false)`,
  "pages-past-limit": `select ${ACTS}, ${ENTRIES} ${LATER} and outcome = 'refused' and open -> 'rules' ? 'view-limit'`,
  "enquiry-rate": `select ${ACTS}, ${ENTRIES} ${LATER}`,
  // What was asked about; a place that many vehicles passed is one question.
  "vrm-enumeration": `select count(distinct ${ASKED})::integer as count, ${ENTRIES} ${LATER}`,
  // Slow stalking is no flood: of all vehicles the one that was asked for most often.
  "repeated-target": `select times as count, entries[1:50] as entries from (
    select count(distinct coalesce(sealed ->> 'requestId', index::text))::integer as times,
           array_agg(distinct index order by index desc) as entries
      ${LATER} and ${ASKED} is not null group by ${ASKED}) as targets order by times desc limit 1`,
};

/** What people did, counted in the log of the governed store. */
export class PostgresActivity implements Activity {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async last(): Promise<number> {
    const [row] = await this.#database.query<{ last: number }>(
      "select coalesce(max(index), -1)::bigint as last from audit_entry",
    );
    return row?.last ?? -1;
  }

  async lastBefore(moment: number): Promise<number> {
    const [row] = await this.#database.query<{ index: number }>(
      "select index from audit_entry where at < $1 order by at desc, index desc limit 1",
      [new Date(moment)],
    );
    return row?.index ?? -1;
  }

  /** When the last entry before a moment was written (epoch ms); undefined for none. */
  async lastTimeBefore(moment: number): Promise<number | undefined> {
    const [row] = await this.#database.query<{ at: Date }>(
      "select at from audit_entry where at < $1 order by at desc, index desc limit 1",
      [new Date(moment)],
    );
    return row?.at.getTime();
  }

  actorsBetween(
    after: number,
    upTo: number,
  ): Promise<readonly { actor: string; actions: readonly string[]; newest: Date }[]> {
    return this.#database.query(
      `select actor, array_agg(distinct action) as actions, max(at) as newest from audit_entry
        where index > $1 and index <= $2 and (outcome = 'refused' or action = any($3::text[])) and organisation is not null and actor is not null
        group by actor order by min(index)`,
      [after, upTo, WATCHED_ACTIONS],
    );
  }

  async observe(
    kind: MonitoringRule["kind"],
    { id, username }: { readonly id: number; readonly username: string },
    { than, thanIndex }: { readonly than: number; readonly thanIndex: number },
  ): Promise<Evidence> {
    const about = [username, ENTRIES_OF[kind], new Date(than), thanIndex];
    if (kind === "impossible-sign-in") return this.#places(id, about, than);
    const [row] = await this.#database.query<Evidence>(COUNTED[kind], about);
    return row ?? { count: 0, entries: [] };
  }

  /** Counts the places beyond the first from which somebody came in, or used a session, since a moment. */
  async #places(person: number, about: readonly unknown[], since: number): Promise<Evidence> {
    const opened = await this.#database.query<{ index: number; address: string | null }>(
      `select index, sealed ->> 'address' as address ${LATER} order by index desc limit 50`,
      about,
    );
    const alive = await this.#database.query<{ address: string }>(
      "select distinct address from session where person_id = $1 and last_seen > $2",
      [person, new Date(since)],
    );
    const addresses = [...opened, ...alive]
      .map(({ address }) => address ?? "")
      .filter((address) => address !== "");
    const places = new Set(addresses.map(wideNetworkOf));
    return { count: Math.max(0, places.size - 1), entries: opened.map(({ index }) => index) };
  }
}
