import { runAlong } from "../../src/storage/postgres/along.ts";
import { expect, it } from "vitest";
import { jobs } from "../../src/app/jobs.ts";
import { pastTheLog } from "../../src/app/erasable.ts";
import { ARCHIVE_CLOCKS, CLOCKS, type Clock } from "../../src/retention/clocks.ts";
import { PostgresAccountStore } from "../../src/storage/postgres/identity/account-store.ts";
import { PostgresEnquiryStore } from "../../src/storage/postgres/enquiry/enquiry-store.ts";
import { onBothArchives } from "../servers/archive-twins.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

/** Clocks by which content leaves. */
const LEAVING = (table: string): readonly (readonly [Clock, string])[] =>
  Object.entries(CLOCKS[table] ?? {})
    .filter(([clock]) => clock !== "stands" && clock !== "nothing")
    .map(([clock, columns]) => [clock as Clock, columns]);
/** Clocks of what says which vehicle, or where one was. */
const OF_VEHICLES: readonly Clock[] = ["retention", "erasing", "quarantine-expiry", "late-image-expiry"];
/** Of a hit, but neither which vehicle nor where it was. */
const SAMPLED = ["hit.direction", "hit.images", "hit.list_name", "hit.outcome", "hit.verification"];

onBothTwins("every column of the governed store", (twin) => {
  it("that can hold words, images or a place has a clock, and no clock owns what is not there", async () => {
    const rows = await twin.database.query<{ column: string }>(
      `select table_name || '.' || column_name as column from information_schema.columns
        where table_schema = 'public'
          and (data_type in ('text', 'jsonb', 'json', 'bytea', 'ARRAY', 'double precision', 'character varying', 'inet')
            or column_name in ('nrd_id') or (column_name = 'captured'))`,
    );
    const exempt = ["nrd_state_change.nrd_id"];
    const owned = Object.entries(CLOCKS).flatMap(([table, clocks]) =>
      Object.values(clocks).flatMap((columns) => columns.split(" ").map((column) => `${table}.${column}`)),
    );
    const there = rows.map(({ column }) => column).filter((column) => !exempt.includes(column));
    expect([...new Set(owned)].sort()).toEqual(there.sort());
  });

  it("that says which vehicle, or where one was, has no statistics, in its table or in an index", async () => {
    const rows = await twin.database.query<{ column: string }>(
      `select relname || '.' || attname as column from pg_attribute join pg_class on pg_class.oid = attrelid
        where relnamespace = 'public'::regnamespace and attstattarget = 0 and relkind = 'r'`,
    );
    const unsampled = new Set(rows.map(({ column }) => column));
    const needed = Object.keys(CLOCKS).flatMap((table) =>
      LEAVING(table)
        .filter(([clock]) => OF_VEHICLES.includes(clock))
        .flatMap(([, columns]) => columns.split(" ").map((column) => `${table}.${column}`)),
    );
    expect(needed.filter((column) => !unsampled.has(column) && !SAMPLED.includes(column))).toEqual([]);
    const expressions = await twin.database.query<{ index: string }>(
      `select indexrelid::regclass::text as index from pg_index join pg_attribute on attrelid = indexrelid
        where indexprs is not null and indrelid = any('{hit,quarantine,pending_image,list_entry,enquiry,audit_entry}'::regclass[])
          and attstattarget is distinct from 0 and not exists (
            select from unnest(indkey) with ordinality as key (column_number, place) where place = attnum and column_number <> 0)`,
    );
    expect(expressions).toEqual([]);
  });

  it("that is emptied or deleted has its table's pages written anew", async () => {
    const rows = await twin.database.query<{ table: string }>(
      `select distinct tgrelid::regclass::text as table from pg_trigger join pg_proc on pg_proc.oid = tgfoid
        where proname in ('pages_lost_rows', 'pages_lost_content')`,
    );
    const watched = new Set(rows.map(({ table }) => table));
    expect(Object.keys(CLOCKS).filter((table) => LEAVING(table).length > 0 && !watched.has(table))).toEqual(
      [],
    );
  });

  it("about a person goes when the log has forgotten who acted, and the row's number stays", async () => {
    const { organisation, person } = await aPerson(twin.database);
    const { person: other } = await aPerson(twin.database);
    const enquiries = new PostgresEnquiryStore(twin.database);
    const id = "00000000-0000-4000-8000-00000000c10c";
    await runAlong(
      twin.database,
      enquiries.opening({
        id,
        person: person.id,
        organisation: organisation.id,
        authority: null,
        purpose: "law-enforcement",
        level: "major",
        reference: "OP 1",
        reason: "Looking",
        question: { kind: "vrm", vrm: "AB12CDE", from: NOON - 1, to: NOON },
        asked: NOON,
        outcome: "asked",
      }),
    );
    await twin.database.query(
      "insert into account_event (person_id, at, what, before, after, reason) values ($1, $2, 'ended', '{}', '{}', 'Left')",
      [person.id, new Date(NOON)],
    );
    await twin.database.query("update person set state = 'ended', state_since = $2 where id = $1", [
      person.id,
      new Date(NOON),
    ]);
    await expect(
      twin.database.query("delete from account_event where person_id = $1", [person.id]),
    ).rejects.toThrow(/only grows/);
    const erased: Record<string, number> = {};
    for (const before of [NOON, NOON + 1])
      for (const one of pastTheLog(twin)) {
        expect(await one.due(before)).toBe(before === NOON ? 0 : await one.due(before));
        if (before > NOON) erased[one.kind] = await one.erase(before);
      }
    expect(erased).toMatchObject({ "enquiries past the log's years": 1, "people whose accounts ended": 1 });
    const [row] = await twin.database.query("select username, full_name from person where id = $1", [
      person.id,
    ]);
    expect(row).toEqual({ username: `erased-${person.id}`, full_name: "" });
    expect(await twin.database.query("select from account_event where person_id = $1", [person.id])).toEqual(
      [],
    );
    expect(await enquiries.find(id)).toBeUndefined();
    const accounts = new PostgresAccountStore(twin.database);
    expect((await accounts.byUsername(other.username))?.fullName).toBe("A Person");
  });
});

it("every clock is a job that runs", () => {
  const all = jobs({ auditors: { drawing: { name: "drawing" } } } as never).map(({ name }) => name);
  const clocks = new Set(Object.keys(CLOCKS).flatMap((table) => LEAVING(table).map(([clock]) => clock)));
  expect([...clocks].filter((clock) => !all.includes(clock))).toEqual([]);
});

onBothArchives("every table of the archive", (twin) => {
  it("has a clock", async () => {
    const rows = await twin.clickhouse.query<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name",
    );
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(ARCHIVE_CLOCKS).sort());
  });
});
