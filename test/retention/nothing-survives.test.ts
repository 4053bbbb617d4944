import { runAlong } from "../../src/storage/postgres/along.ts";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Audited } from "../../src/audit/audited.ts";
import { endedEntries, vehiclesAskedFor } from "../../src/app/erasable.ts";
import { eraseLogged } from "../../src/retention/erase-logged.ts";
import { dayAt } from "../../src/retention/due-day.ts";
import { makeArchive } from "../servers/archive-stores.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { aRead as anArchivedRead } from "../archive/read-builders.ts";
import { aHit } from "../storage/governed-fixture.ts";
import { aJpeg, WholeApp } from "../app/whole-app.ts";

const DAY = 86_400_000;
const OLD = Date.parse(`${dayAt(Date.now() - 370 * DAY)}T12:00:00.123Z`);
/** Of vehicles that are nowhere else; each store has vehicles of its own, so that a failure says whose they are. */
const [HIT, HELD, WAITING, LISTED, ASKED] = ["ZQ51HTX", "ZQ52HDX", "ZQ53WTX", "ZQ54LSX", "ZQ55AKX"];
const ALL = [HIT, HELD, WAITING, LISTED, ASKED] as const;

/** Files below a folder in which a text stands, whatever they are. */
function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
    .map((path) => path.slice(folder.length));
}

for (const kind of ["embedded", "servers"] as const)
  describe(`what is deleted, ${kind}`, () => {
    let whole: WholeApp;
    let server: PostgresServer | undefined;
    let archive: Awaited<ReturnType<typeof makeArchive>> | undefined;
    let copies: string;

    beforeAll(async () => {
      copies = mkdtempSync(join(tmpdir(), "waywarden-copies-"));
      if (kind === "servers") {
        server = await startPostgres(["wal_recycle=off", "log_error_verbosity=terse"]);
        if (server === undefined) return;
        archive = await makeArchive();
      }
      const settings = server && archive ? { postgresUrl: server.url, clickhouseUrl: archive.url } : {};
      whole = await WholeApp.start(undefined, { settings });
    });
    afterAll(async () => {
      await whole?.remove();
      await archive?.drop();
      await server?.stop();
      rmSync(copies, { recursive: true, force: true });
    });
    const files = (): string => server?.data ?? join(whole.folder, "postgres");
    /** Pages reach the disk by a checkpoint, so that what stands there can be seen at all. */
    const toDisk = (): Promise<void> => whole.stores.database.exec("checkpoint");

    async function fill(): Promise<void> {
      const { stores } = whole;
      const nrd = await whole.nrd(1);
      const people = await stores.people.all();
      const person = people[0] as (typeof people)[number];
      const reads = Array.from({ length: 60 }, (_, i) =>
        anArchivedRead({ nrd, captured: OLD + i, received: OLD + i, vrm: HIT }),
      );
      await stores.reads.insert(reads);
      const [list] = await stores.lists.all();
      const listed = {
        vrm: LISTED,
        reason: `Look for ${LISTED}`,
        instruction: "Stop",
        validUntil: Date.now() + DAY,
      };
      await stores.lists.add(list?.id as number, [listed], person.id);
      const [entry] = await stores.lists.entries(list?.id as number, { limit: 1 });
      await stores.hits.raise(
        reads.map(({ id, captured }) =>
          aHit({
            readId: id,
            nrd,
            captured,
            received: captured,
            vrm: HIT,
            sent: HIT,
            entry: entry?.id as number,
          }),
        ),
      );
      const [kept] = await stores.sources.all();
      const source = kept?.source as NonNullable<typeof kept>["source"];
      const reference = { kind: "identity", feed: 1, source: 2, camera: 3 } as const;
      await stores.quarantine.hold(
        Array.from({ length: 60 }, (_, i) => ({
          capture: { nrd: reference, vrm: HELD, captured: OLD + i, timeQuality: "utc" as const },
          source,
          // Come in now, or a job of every minute would take it before the day goes.
          received: Date.now(),
          vrm: HELD,
          nrd: null,
          code: "NRD_UNKNOWN" as const,
          detail: "unknown",
        })),
      );
      const jpeg = await aJpeg(5);
      await stores.pendingImages.put(
        Array.from({ length: 60 }, (_, i) => ({
          source: source.id,
          nrd: "1/2/3",
          vrm: WAITING,
          captured: OLD + i,
          kind: "patch" as const,
          resolutionMs: 1,
          jpeg,
        })),
        Date.now(),
      );
      for (let i = 0; i < 60; i++)
        await runAlong(
          stores.database,
          stores.enquiries.opening({
            id: `00000000-0000-4000-8000-0000000001${String(i).padStart(2, "0")}`,
            person: person.id,
            organisation: person.organisation.id,
            authority: null,
            purpose: "law-enforcement",
            level: "major",
            reference: "OP 1",
            reason: "Looking",
            question: { kind: "vrm", vrm: ASKED, from: OLD - 1, to: OLD },
            asked: OLD,
            outcome: "asked",
          }),
        );
      // As it is long after a job ended it; the job itself would name its vehicle in the log, whose own time is not over.
      await stores.database.query("update list_entry set state = 'expired', ended_at = $1 where vrm = $2", [
        new Date(OLD),
        LISTED,
      ]);
      await stores.database.exec("analyze");
      await toDisk();
    }

    it("stands in the files before, in none of their bytes after, and the receipt says how far was looked", async (t) => {
      if (kind === "servers" && server === undefined) return t.skip("no PostgreSQL programs here");
      await fill();
      for (const vrm of ALL) expect([vrm, filesWith(files(), vrm)]).not.toEqual([vrm, []]);
      // Statistics of nothing that says which vehicle, or where one was.
      const sampled = await whole.stores.database.query<{ text: string }>(
        "select tablename || '.' || attname || ' ' || coalesce(most_common_vals::text, '') || coalesce(histogram_bounds::text, '') as text from pg_stats where schemaname = 'public'",
      );
      expect(sampled.filter(({ text }) => ALL.some((vrm) => text.includes(vrm)))).toEqual([]);

      const { status, body } = await whole.call<{ searched: string[]; notSearched: string[] }>(
        "dpo",
        "/v1/retention/runs",
        { day: dayAt(OLD) },
      );
      expect([status, body]).toMatchObject([
        200,
        { survivors: 0, counts: { reads: 60, hits: 60, quarantine: 60, "pending images": 60 } },
      ]);
      expect(body.searched.join("; ")).toContain(
        kind === "embedded" ? "for 180 items" : "its pages, written anew (hit, pending_image, quarantine)",
      );
      expect(body.notSearched.join("; ")).toMatch(kind === "embedded" ? /^backups/ : /write-ahead log/);
      for (const vrm of [HIT, HELD, WAITING]) {
        const left = filesWith(files(), vrm).filter(
          (path) => kind === "embedded" || !path.includes("pg_wal"),
        );
        expect([vrm, left]).toEqual([vrm, []]);
      }

      const audited = new Audited(whole.stores.audit);
      for (const erasable of [vehiclesAskedFor(whole.stores), endedEntries(whole.stores)])
        await eraseLogged(audited, erasable, OLD + DAY);
      expect(await whole.stores.pages.rewrite()).toEqual([]);
      if (server !== undefined) {
        // The documented step of a server's operator.
        await whole.stores.database.exec("checkpoint");
        await whole.stores.database.query("select pg_switch_wal()");
        await whole.stores.database.exec("checkpoint");
      }
      for (const vrm of ALL) expect([vrm, filesWith(files(), vrm)]).toEqual([vrm, []]);
      if (kind === "embedded")
        for (const vrm of ALL) expect([vrm, filesWith(whole.folder, vrm)]).toEqual([vrm, []]);
      expect(JSON.stringify(whole.logged)).not.toMatch(new RegExp(ALL.join("|")));
    });
  });
