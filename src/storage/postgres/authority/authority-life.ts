import type {
  AuthorityChange,
  AuthorityFilter,
  AuthorityLifeStore,
  AuthorityPlace,
  AuthoritiesSeen,
  Colleague,
} from "../../../authority/authority-life-store.ts";
import type {
  AuthorityEvent,
  AuthorityEventKind,
  AuthorityRecord,
  EnquiryUnder,
  NewAuthorityRequest,
} from "../../../authority/authority-record.ts";
import { statesFor } from "../../../authority/authority-life.ts";
import { Problem } from "../../../errors.ts";
import type { Database, Queryable } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import {
  enquiryUnderRow,
  eventRow,
  idIn,
  namedPerson,
  RECORD_COLUMNS,
  RECORD_PEOPLE,
  recordOf,
} from "./authority-row.ts";
import { postgresJson, postgresText } from "../postgres-json.ts";

/** What is seen of them; $1 is the organisation or null, $2 the person or null. */
const IS_SEEN = `($1::integer is null or authority.organisation_id = $1) and ($2::integer is null or authority.asked_by = $2
  or (authority.state = 'approved' and (authority.holders = '{}' or $2 = any(authority.holders))))`;

const STATE_CONDITIONS = {
  requested: "authority.state = 'requested'",
  approved: "authority.state = 'approved' and authority.valid_until > $3",
  ended: "authority.state = 'approved' and authority.valid_until <= $3",
  refused: "authority.state = 'refused'",
  withdrawn: "authority.state = 'withdrawn'",
} as const;

/** The life of authorities in the governed store. */
export class PostgresAuthorityLife implements AuthorityLifeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async request(request: NewAuthorityRequest): Promise<AuthorityRecord> {
    const { oral, scope, askedBy, askedAt } = request;
    const moment = (at: number | null): Date | null => (at === null ? null : new Date(at));
    try {
      return await this.#database.transaction(async (tx) => {
        if (oral !== null) await keepToOneOral(tx, askedBy);
        const [row] = await tx.query<{ id: number }>(
          `insert into authority (reference, organisation_id, purpose, level, reason, holders, vrms, nrds, area, data_from,
             data_until, valid_from, valid_until, asked_by, asked_at, state_since, state, oral, decided_by, decided_at,
             decided_rank)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14, $15, $15, $16, $17, $18, $19, $20)
           returning id`,
          [
            postgresText(request.reference),
            request.organisation,
            request.purpose,
            request.level,
            postgresText(request.reason),
            request.holders,
            scope.vrms,
            scope.nrds,
            scope.area === null ? null : postgresJson(scope.area),
            moment(scope.from),
            moment(scope.to),
            new Date(request.from),
            new Date(request.until),
            askedBy,
            new Date(askedAt),
            oral === null ? "requested" : "approved",
            oral !== null,
            oral?.by ?? null,
            moment(oral?.at ?? null),
            oral?.rank ?? null,
          ],
        );
        const id = row?.id ?? 0;
        await note(tx, id, "requested", { by: askedBy, at: askedAt, note: request.reason });
        if (oral !== null) await note(tx, id, "given-orally", { by: oral.by, at: oral.at, note: "" });
        return (await recordIn(tx, id)) as AuthorityRecord;
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Problem("CONFLICT", `The reference ${request.reference} is taken. Choose another.`);
    }
  }

  async record(idOrReference: string, seen: AuthoritiesSeen): Promise<AuthorityRecord | undefined> {
    const [row] = await this.#database.query(
      `select ${RECORD_COLUMNS} from authority ${RECORD_PEOPLE} where ${IS_SEEN} and (authority.reference = $3 or authority.id = $4)
        order by (authority.reference = $3) desc limit 1`,
      [seen.organisation, seen.person, postgresText(idOrReference), idIn(idOrReference)],
    );
    return row === undefined ? undefined : recordOf(row);
  }

  async list(
    filter: AuthorityFilter,
  ): Promise<readonly { place: AuthorityPlace; authority: AuthorityRecord }[]> {
    const { seen, state, askedBy, waitingFirst, now, after, limit } = filter;
    const waiting = `(authority.state = 'requested' or authority.oral and authority.confirmed_at is null and authority.state = 'approved'
      and authority.valid_until > $3)`;
    const over =
      "(authority.state in ('refused', 'withdrawn') or authority.state = 'approved' and authority.valid_until <= $3)";
    const rows = await this.#database.query<AuthorityPlace>(
      `with placed as (select id, case when $4 and ${waiting} then 0
            when authority.state = 'approved' and authority.valid_from <= $3 and authority.valid_until > $3 then 1
            when ${over} then 3 else 2 end as "group" from authority where ${IS_SEEN}
            and ($5::integer is null or authority.asked_by = $5) and ${state === undefined ? "true" : STATE_CONDITIONS[state]}),
         turned as (select id, "group", case when "group" = 3 then -id else id end as turn from placed)
       select "group", turn, ${RECORD_COLUMNS} from turned join authority using (id) ${RECORD_PEOPLE}
        where ($6::integer is null or ("group", turn) > ($6, $7::integer)) order by "group", turn limit $8`,
      [
        seen.organisation,
        seen.person,
        new Date(now),
        waitingFirst,
        askedBy ?? null,
        after?.group ?? null,
        after?.turn ?? null,
        limit,
      ],
    );
    return rows.map((row) => ({ place: { group: row.group, turn: row.turn }, authority: recordOf(row) }));
  }

  async history(id: string): Promise<readonly AuthorityEvent[]> {
    const rows = await this.#database.query(
      `select authority_event.at, ${namedPerson("person")} as by, event, note from authority_event
         left join person on person.id = person_id where authority_id = $1 order by authority_event.id`,
      [Number(id)],
    );
    return rows.map((row) => eventRow.parse(row));
  }

  async enquiriesUnder(
    { id, reference, organisation }: Pick<AuthorityRecord, "id" | "reference" | "organisation">,
    { limit, after }: Parameters<AuthorityLifeStore["enquiriesUnder"]>[1],
  ): Promise<readonly EnquiryUnder[]> {
    const rows = await this.#database.query(
      `select enquiry.id::text as id, ${namedPerson("person")} as by, asked, question->>'kind' as kind, enquiry.reason, outcome,
          result_count as count from enquiry join person on person.id = enquiry.person_id
        where authority in ($1, $2) and enquiry.organisation_id = $3
          and ($4::timestamptz is null or (asked, enquiry.id) < ($4, $5::uuid))
        order by asked desc, enquiry.id desc limit $6`,
      [reference, id, organisation, after ? new Date(after.asked) : null, after?.id ?? null, limit],
    );
    return rows.map((row) => enquiryUnderRow.parse(row));
  }

  async colleagues(organisation: number, usernames: readonly string[]): Promise<readonly Colleague[]> {
    return this.#database.query<Colleague>(
      "select id, username, state = 'active' as active from person where organisation_id = $1 and username = any($2)",
      [organisation, usernames.map(postgresText)],
    );
  }

  approve(
    id: string,
    { rank, exceptional, until }: Parameters<AuthorityLifeStore["approve"]>[1],
    change: AuthorityChange & { readonly by: number },
  ): Promise<AuthorityRecord | undefined> {
    return this.#change(id, "approved", change, (tx) =>
      tx.query(
        `update authority set state = 'approved', state_since = $2, decided_by = $3, decided_at = $2, decision_reason = $4,
            decided_rank = $5, exceptional = $6, valid_until = $7, valid_from = greatest(valid_from, $2)
          where id = $1 and state = any($8) returning id`,
        [
          Number(id),
          new Date(change.at),
          change.by,
          postgresText(change.note),
          rank,
          exceptional,
          new Date(until),
          statesFor("approve"),
        ],
      ),
    );
  }

  refuse(
    id: string,
    rank: string | null,
    change: AuthorityChange & { readonly by: number },
  ): Promise<AuthorityRecord | undefined> {
    return this.#change(id, "refused", change, (tx) =>
      tx.query(
        `update authority set state = 'refused', state_since = $2, decided_by = $3, decided_at = $2, decision_reason = $4,
            decided_rank = $5 where id = $1 and state = any($6) returning id`,
        [Number(id), new Date(change.at), change.by, postgresText(change.note), rank, statesFor("refuse")],
      ),
    );
  }

  withdraw(id: string, change: AuthorityChange): Promise<AuthorityRecord | undefined> {
    // The service withdraws only what is still unconfirmed: a confirmation that came first wins.
    const still =
      change.by === null
        ? "state = 'approved' and oral and confirmed_at is null"
        : "(state <> 'approved' or valid_until > $2)";
    return this.#change(id, "withdrawn", change, (tx) =>
      tx.query(
        `update authority set state = 'withdrawn', state_since = $2 where id = $1 and state = any($3) and ${still} returning id`,
        [Number(id), new Date(change.at), statesFor("withdraw")],
      ),
    );
  }

  extend(
    id: string,
    { seen, to }: { readonly seen: number; readonly to: number },
    change: AuthorityChange,
  ): Promise<AuthorityRecord | undefined> {
    return this.#change(id, "extended", change, (tx) =>
      tx.query(
        `update authority set valid_until = $3
          where id = $1 and state = any($5) and valid_until > $2 and valid_until = $4 returning id`,
        [Number(id), new Date(change.at), new Date(to), new Date(seen), statesFor("extend")],
      ),
    );
  }

  confirm(id: string, change: AuthorityChange): Promise<AuthorityRecord | undefined> {
    return this.#change(id, "confirmed", change, (tx) =>
      tx.query(
        `update authority set confirmed_at = $2, decision_reason = $3
          where id = $1 and state = any($4) and oral and confirmed_at is null returning id`,
        [Number(id), new Date(change.at), postgresText(change.note), statesFor("confirm")],
      ),
    );
  }

  async unsettledOral(asker: number, since: number): Promise<string | undefined> {
    const [row] = await this.#database.query<{ reference: string }>(
      `select reference from authority where asked_by = $1 and oral and confirmed_at is null
          and (state = 'approved' or state = 'withdrawn' and state_since > $2) order by id desc limit 1`,
      [asker, new Date(since)],
    );
    return row?.reference;
  }

  async unconfirmedSince(givenBefore: number): Promise<readonly AuthorityRecord[]> {
    const rows = await this.#database.query(
      `select ${RECORD_COLUMNS} from authority ${RECORD_PEOPLE} where authority.state = 'approved' and authority.oral and authority.confirmed_at is null
          and authority.decided_at <= $1 order by authority.id`,
      [new Date(givenBefore)],
    );
    return rows.map(recordOf);
  }

  /** One change with its line of history; undefined, and nothing written, where the authority is not as the change expects. */
  #change(
    id: string,
    event: AuthorityEventKind,
    change: AuthorityChange,
    update: (tx: Queryable) => Promise<readonly unknown[]>,
  ): Promise<AuthorityRecord | undefined> {
    return this.#database.transaction(async (tx) => {
      if ((await update(tx)).length === 0) return undefined;
      await note(tx, Number(id), event, change);
      return recordIn(tx, Number(id));
    });
  }
}

async function note(
  tx: Queryable,
  id: number,
  event: AuthorityEventKind,
  { by, at, note: text }: AuthorityChange,
): Promise<void> {
  await tx.query(
    "insert into authority_event (authority_id, at, person_id, event, note) values ($1, $2, $3, $4, $5)",
    [id, new Date(at), by, event, postgresText(text)],
  );
}

/** Of two at once the second waits here and sees the first. @throws Problem CONFLICT */
async function keepToOneOral(tx: Queryable, asker: number): Promise<void> {
  await tx.query("select id from person where id = $1 for no key update", [asker]);
  const [other] = await tx.query<{ reference: string }>(
    "select reference from authority where asked_by = $1 and oral and confirmed_at is null and state = 'approved'",
    [asker],
  );
  if (other !== undefined)
    throw new Problem("CONFLICT", `${other.reference} was given orally and is not confirmed in writing yet.`);
}

async function recordIn(tx: Queryable, id: number): Promise<AuthorityRecord | undefined> {
  const [row] = await tx.query(
    `select ${RECORD_COLUMNS} from authority ${RECORD_PEOPLE} where authority.id = $1`,
    [id],
  );
  return row === undefined ? undefined : recordOf(row);
}
