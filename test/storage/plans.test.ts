import { afterAll, beforeAll, expect, it } from "vitest";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";
import { PostgresAuthorityLife } from "../../src/storage/postgres/authority/authority-life.ts";
import { PostgresAuthorityStore } from "../../src/storage/postgres/authority/authority-store.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { PostgresEnquiryStore } from "../../src/storage/postgres/enquiry/enquiry-store.ts";
import { PostgresHitStore } from "../../src/storage/postgres/hit/hit-store.ts";
import { PostgresActivity } from "../../src/storage/postgres/identity/activity.ts";
import { PostgresAuditNeighbours } from "../../src/storage/postgres/oversight/audit-neighbours.ts";
import { expirableTable } from "../../src/storage/postgres/retention/expirable-table.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { makeDatabase } from "../servers/governed-stores.ts";
import { aHit, NOON } from "./governed-fixture.ts";

const ROWS = 200_000;
const DAY = 86_400_000;
/** Tables that grow for years: nothing that people or jobs do may read one from end to end. */
const LARGE = ["hit", "audit_entry", "authority", "enquiry"];

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly Plan[];
}

/** A database that keeps what it is asked, so that each statement's plan can be looked at afterwards. */
class Watched implements Database {
  readonly engine = "server";
  readonly asked: { sql: string; parameters: readonly unknown[] }[] = [];
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    this.asked.push({ sql, parameters });
    return this.#database.query<Row>(sql, parameters);
  }

  exec(sql: string): Promise<void> {
    return this.#database.exec(sql);
  }

  transaction: Database["transaction"] = (work) =>
    this.#database.transaction((tx) =>
      work({
        query: (sql, parameters = []) => {
          this.asked.push({ sql, parameters });
          return tx.query(sql, parameters);
        },
        exec: (sql) => tx.exec(sql),
      }),
    );

  lock(name: string): Promise<(() => Promise<void>) | null> {
    return this.#database.lock(name);
  }

  listen(channel: string, heard: () => void): Promise<() => Promise<void>> {
    return this.#database.listen(channel, heard);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

const scansIn = (plan: Plan): string[] => [
  ...(plan["Node Type"] === "Seq Scan" && LARGE.includes(plan["Relation Name"] ?? "")
    ? [`the whole of ${plan["Relation Name"]}`]
    : []),
  ...(plan.Plans ?? []).flatMap(scansIn),
];

const EMPTY = Buffer.alloc(32).toString("hex");
const VEHICLE = `{"make":null,"model":null,"colour":null}`;
/** Forty forces, five hundred people, a hundred lists; a year of rows, two hundred thousand a table. */
const FILL = `
set session_replication_role = replica;
insert into organisation (name, code, kind) select 'Force ' || n, 'F' || n, 'force' from generate_series(1, 40) n;
insert into person (username, full_name, organisation_id, roles, kind, state, password_hash, totp_secret)
  select 'person' || n, 'A Person', 1 + n % 40, array['operator'], 'user', 'active', 'none', '\\x00' from generate_series(1, 500) n;
insert into hit (read_id, nrd_id, captured, received, raised, vrm, sent, direction, seen, images, entry_id, list_id, list_name,
    organisation_id, priority, reason, instruction, expected, entry_created, state, state_seq)
  select n % 5000 || '-' || n, n % 5000, at, at, at, 'AB' || n % 30000, 'AB', 'towards', '${VEHICLE}', '{}', n % 40000, n % 100, 'A list',
    1 + n % 40, (array['high','medium','low'])[1 + n % 3], 'r', 'i', '${VEHICLE}', at,
    case when n % 200 = 0 then 'new' else 'closed' end, n
  from (select n, timestamptz '2025-11-22' + n * interval '157 seconds' as at from generate_series(1, ${ROWS}) n) as numbered;
insert into authority (reference, organisation_id, purpose, level, reason, holders, valid_from, valid_until, state, state_since,
    asked_by, asked_at, decided_by, decided_at, oral, confirmed_at, forgotten_at)
  select 'REF-' || n, 1 + n % 40, 'law-enforcement', 'serious', 'r', array[1 + n % 500], at, at + interval '28 days',
    case when n % 20 = 7 then 'requested' else 'approved' end, at, 1 + n % 500, at, 1 + (n + 1) % 500, at, n % 1000 = 0,
    case when n % 1000 = 0 and n % 3 > 0 then at end, case when n < ${ROWS * 0.99} then at end
  from (select n, timestamptz '2025-11-22' + n * interval '157 seconds' as at from generate_series(1, ${ROWS}) n) as numbered;
insert into enquiry (person_id, organisation_id, authority, reason, question, asked, outcome, result_count, purpose, level)
  select 1 + n % 500, 1 + n % 40, 'REF-' || n % 20000, 'r',
    case when n > ${ROWS * 0.99} then '{"kind":"vrm","vrm":"AB12CDE","from":0,"to":1}' else '{"kind":"vrm","vrm":"","from":0,"to":1}' end::jsonb, at, 'answered', 1,
    'law-enforcement', 'serious'
  from (select n, timestamptz '2025-11-22' + n * interval '157 seconds' as at from generate_series(1, ${ROWS}) n) as numbered;
insert into audit_entry (index, at, action, outcome, organisation, open, sealed, salts, leaf, leaf_hash)
  select n - 1, at, (array['enquiry.ask','hit.open','read.open','session.open','hit.list'])[1 + n % 5],
    case when n % 500 = 0 then 'refused' when n % 2 = 0 then 'asked' else 'allowed' end, 1 + n % 40, '{}',
    jsonb_build_object('actor', 'person' || n % 500, 'vrm', 'AB' || n % 30000, 'nrd', n % 5000, 'authority', 'REF-' || n % 20000,
      'requestId', 'r' || n / 2), '{"actor":"","vrm":"","nrd":"","authority":"","requestId":""}', ''::bytea, decode('${EMPTY}', 'hex')
  from (select n, timestamptz '2025-11-22' + n * interval '157 seconds' as at from generate_series(1, ${ROWS}) n) as numbered;
set session_replication_role = origin;
analyze;`;

const server = await makeDatabase();

it.skipIf(server === undefined)(
  "no look-up and no job reads a large table from end to end",
  { timeout: 240_000 },
  async () => {
    const { watched, plain } = stores;
    const hits = new PostgresHitStore(watched, () => NOON);
    const log = new PostgresAuditLog(watched, () => NOON);
    const life = new PostgresAuthorityLife(watched);
    const authorities = new PostgresAuthorityStore(watched);
    const enquiries = new PostgresEnquiryStore(watched);
    const activity = new PostgresActivity(watched);

    for (const filter of [
      { organisation: 3 },
      { organisation: 3, state: "new" },
      { organisation: 3, priority: "high", open: true },
      { list: 7 },
      { organisation: 3, since: NOON - DAY, before: ROWS - 10 },
    ] as const)
      await hits.list({ limit: 50, withheldNrds: [1, 2], ...filter });
    await hits.byId(100);
    await hits.ofRead("1-1", 2);
    await hits.head();
    await hits.raisedAfter(ROWS - 5, 10);
    await hits.changedAfter(ROWS - 5, 10);
    await hits.raise([aHit()]);
    await hits.addImages("1-1", ["patch"]);

    const found = [
      {},
      { organisation: 3 },
      { actor: "person7" },
      { action: "enquiry.ask" },
      { outcome: "refused" },
      { vrm: "AB12" },
      { authority: "REF-7" },
      { nrd: 12 },
      { from: NOON - DAY, to: NOON },
      { organisation: 3, actor: "person7", action: "hit.open", before: ROWS / 2 },
    ] as const;
    for (const filter of found) await log.find({ limit: 50, ...filter });
    await log.from(5, 10);
    await log.openings(5);
    await log.toForget(NOON, 1_000, "age");
    await log.toForget(NOON, 1_000, "vehicles");
    await new PostgresAuditNeighbours(watched).around(
      { index: 500, requestId: "r250", subject: { enquiry: "x" } },
      3,
      10,
    );
    const published = new PostgresLogStore(watched);
    await published.newest();

    await activity.last();
    await activity.lastBefore(NOON);
    await activity.actorsBetween(ROWS - 500, ROWS);
    for (const kind of [
      "refusal-burst",
      "vrm-enumeration",
      "pages-past-limit",
      "enquiry-rate",
      "repeated-target",
    ] as const)
      await activity.observe(kind, { id: 7, username: "person7" }, { than: NOON - DAY, thanIndex: -1 });

    await authorities.find("REF-7", 3);
    await authorities.current(7, 3, Date.parse("2026-11-01"));
    await authorities.withCases(NOON);
    await life.record("REF-7", { organisation: 3, person: null });
    await life.history("7");
    await life.enquiriesUnder({ id: "7", reference: "REF-7", organisation: 3 }, { limit: 20 });
    await life.unsettledOral(7, NOON - DAY);
    await life.unconfirmedSince(NOON - DAY);

    await enquiries.find("00000000-0000-4000-8000-000000000000");
    await enquiries.lastDay(7, NOON);
    await enquiries.recent(7, NOON - 30 * DAY, 50);
    await enquiries.withVehicles(Date.parse("2025-12-01"));
    await expirableTable(watched, "hit").countOfDay("2025-12-01");

    const statements = watched.asked.filter(({ sql }) => LARGE.some((table) => sql.includes(table)));
    expect(statements.length).toBeGreaterThan(30);
    const scans = new Set<string>();
    for (const { sql, parameters } of statements) {
      const [row] = await plain.query<Record<string, readonly { Plan: Plan }[]>>(
        `explain (format json) ${sql}`,
        parameters,
      );
      const plan = row?.["QUERY PLAN"]?.[0]?.Plan;
      if (plan === undefined) throw new Error(`No plan for ${sql}`);
      for (const scan of scansIn(plan)) scans.add(`${scan}: ${sql.replace(/\s+/g, " ")}`);
    }
    expect([...scans]).toEqual([]);
  },
);

const stores = {} as { watched: Watched; plain: Database };
beforeAll(async () => {
  if (server === undefined) return;
  stores.plain = await openServer(server.url);
  stores.watched = new Watched(stores.plain);
  await stores.plain.exec(FILL);
}, 240_000);
afterAll(async () => {
  await stores.plain?.close();
  await server?.drop();
});
