import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "../../src/storage/postgres/database.ts";
import { migrate, migrationNames, MIGRATIONS } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import {
  inSnapshot,
  isUnused,
  putSnapshot,
  rowsOf,
  type SequenceState,
  sequencesOf,
  tablesOf,
  type TableShape,
} from "../../src/storage/postgres/snapshot.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { makeDatabase, putGovernedStore } from "../servers/governed-stores.ts";
import { onBothTwins, type Twin } from "../servers/governed-twins.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

/** What a JSON text has to carry unchanged: quotes, ends of lines, letters of all kinds. */
const HARD = "\"quoted\" \\ back\nline\r\ttab \u2028 é 漢 \u{1f697} '' $1";

interface Taken {
  readonly tables: readonly TableShape[];
  readonly sequences: readonly SequenceState[];
  readonly rows: ReadonlyMap<string, readonly Buffer[]>;
}

const take = (database: Database): Promise<Taken> =>
  inSnapshot(database, async (tx) => {
    const tables = await tablesOf(tx);
    const rows = new Map<string, readonly Buffer[]>();
    for (const table of tables) {
      const pieces: Buffer[] = [];
      for await (const piece of rowsOf(tx, table)) pieces.push(piece);
      rows.set(table.name, pieces);
    }
    return { tables, sequences: await sequencesOf(tx), rows };
  });

const put = (database: Database, { rows, ...taken }: Taken): Promise<void> =>
  putSnapshot(database, taken, async function* ({ name }) {
    yield* rows.get(name) ?? [];
  });

/** Another store of the same engine, with so many migrations. */
async function another(
  { name }: Twin,
  most: number,
): Promise<{ database: Database; remove(): Promise<void> }> {
  if (name === "server") {
    const made = await makeDatabase({ migrated: false });
    if (made === undefined) throw new Error("There is no PostgreSQL server.");
    const database = await openServer(made.url);
    await migrate(database, MIGRATIONS, { most });
    return { database, remove: () => database.close().then(made.drop) };
  }
  const folder = mkdtempSync(join(tmpdir(), "waywarden-snapshot-"));
  if (most === migrationNames().length) await putGovernedStore(folder);
  const database = await openPglite(folder);
  await migrate(database, MIGRATIONS, { most });
  const remove = () => database.close().then(() => rmSync(folder, { recursive: true, force: true }));
  return { database, remove };
}

const textOf = ({ rows }: Taken): Record<string, readonly string[]> =>
  Object.fromEntries(
    [...rows].map(([name, all]) => [name, Buffer.concat(all).toString().split("\n").sort()]),
  );

const guardsOf = (database: Database) =>
  database.query(
    `select conrelid::regclass::text as relation, conname as name, pg_get_constraintdef(oid) as text, convalidated from pg_constraint
      where connamespace = current_schema()::regnamespace
     union all select tgrelid::regclass::text, tgname, tgenabled::text, true from pg_trigger where not tgisinternal order by 1, 2`,
  );

onBothTwins("a snapshot of the governed store", (twin) => {
  let taken: Taken;
  let other: Awaited<ReturnType<typeof another>>;

  beforeAll(async () => {
    if (twin.database === undefined) return;
    const { person, organisation } = await aPerson(twin.database);
    await twin.database.query("update person set full_name = $2, totp_secret = $3 where id = $1", [
      person.id,
      HARD,
      Buffer.from([0, 1, 254, 255]),
    ]);
    await twin.database.query(
      `insert into preservation (reference, organisation_id, reason, made_by, made_at)
       select $1 || n, $2, $1, $3, 'epoch'::timestamptz + n * interval '1 day 1.000001 seconds' from generate_series(1, 1200) n`,
      [HARD, organisation.id, person.id],
    );
    const log = new PostgresAuditLog(twin.database, () => NOON);
    for (let n = 0; n < 3; n++)
      await log.append({
        actor: "investigator",
        organisation: organisation.id,
        action: "enquiry.ask",
        outcome: "asked",
        subject: { vrm: "AB12CDE", reason: HARD, deep: { n: 0.1 + n, none: null } },
        requestId: null,
      });
    taken = await take(twin.database);
    other = await another(twin, migrationNames().length);
  });
  afterAll(() => other?.remove());

  it("is the same store when it is put back: rows, sequences, references and guards", async (t) => {
    if (twin.database === undefined) return t.skip("no PostgreSQL programs here");
    expect(await isUnused(other.database)).toBe(true);
    await put(other.database, taken);
    expect(await isUnused(other.database)).toBe(false);
    const again = await take(other.database);
    expect(textOf(again)).toEqual(textOf(taken));
    expect(again.sequences).toEqual(taken.sequences);
    expect(taken.rows.get("preservation")?.length).toBeGreaterThan(1);
    expect(await guardsOf(other.database)).toEqual(await guardsOf(twin.database));
    await expect(other.database.query("delete from audit_entry")).rejects.toThrow(/only grows/);
    await expect(other.database.query("delete from organisation")).rejects.toThrow(/foreign key/);
    const { person } = await aPerson(other.database);
    expect(person.id).toBeGreaterThan(1);
  });

  it("leaves a store unused where a row refers to one that is missing", async (t) => {
    if (twin.database === undefined) return t.skip("no PostgreSQL programs here");
    const empty = await another(twin, migrationNames().length);
    const rows = new Map(taken.rows).set("organisation", []);
    await expect(put(empty.database, { ...taken, rows })).rejects.toThrow(/foreign key/);
    expect(await isUnused(empty.database)).toBe(true);
    expect(await guardsOf(empty.database)).toEqual(await guardsOf(twin.database));
    await empty.remove();
  });

  it("of an older schema is put into that schema, which is then renewed", async (t) => {
    if (twin.database === undefined) return t.skip("no PostgreSQL programs here");
    const before = migrationNames().length - 1;
    const old = await another(twin, before);
    const { person } = await aPerson(old.database);
    const older = await take(old.database);
    await old.remove();
    const empty = await another(twin, before);
    await put(empty.database, older);
    expect(await migrate(empty.database)).toEqual(migrationNames().slice(before));
    expect(await empty.database.query("select id from person")).toEqual([{ id: person.id }]);
    expect(await guardsOf(empty.database)).toEqual(await guardsOf(twin.database));
    await empty.remove();
  });
});
