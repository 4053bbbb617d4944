import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Read } from "../../src/archive/read.ts";
import { copyPreserved } from "../../src/app/preservation-copies.ts";
import { openKeys } from "../../src/identity/keys/key-files.ts";
import { dayAt } from "../../src/retention/due-day.ts";
import { verifyReceipt, type Receipt } from "../../src/retention/receipt.ts";
import { aHit } from "../storage/governed-fixture.ts";
import { aRead as anArchivedRead } from "../archive/read-builders.ts";
import { onBothKindsOfStores } from "../servers/whole-twins.ts";
import { aJpeg, WholeApp, type Refused, type Reply } from "../app/whole-app.ts";

const DAY = 86_400_000;
const noonDaysAgo = (days: number): number => Date.parse(`${dayAt(Date.now() - days * DAY)}T12:00:00Z`);
const OLD = noonDaysAgo(370);
const KEPT = noonDaysAgo(366);

interface Line {
  readonly name: string;
  readonly state: string;
  readonly finding: string;
  readonly advice: string;
}

onBothKindsOfStores("retention in the whole service", (twin) => {
  let whole: WholeApp;

  const startAgain = async (): Promise<void> => {
    await whole.stop();
    whole = await WholeApp.start(whole, { settings: twin.settings });
  };
  const run = (day: string, username = "dpo"): Promise<Reply<Receipt & Refused>> =>
    whole.call(username, "/v1/retention/runs", { day });
  const rowsOf = async (table: "reads" | "read_image", day: string): Promise<number> => {
    const [row] = await whole.stores.clickhouse.query<{ rows: number }>(
      `SELECT count() AS rows FROM ${table} WHERE toDate(captured) = {day:Date}`,
      { day },
    );
    return row?.rows ?? 0;
  };
  const doctorOn = async (name: string): Promise<Line> => {
    const { body } = await whole.call<{ lines: readonly Line[] }>("admin", "/v1/doctor");
    return body.lines.find((line) => line.name === name) as Line;
  };

  /** Reads of a day as they lie in every store: three rows, images of the first two, a hit, a quarantined read, a waiting image. */
  async function fill(noon: number): Promise<readonly [Read, Read, Read]> {
    const { stores } = whole;
    const nrd = await whole.nrd(1);
    const reads = [0, 1, 2].map((i) =>
      anArchivedRead({ nrd, captured: noon + i, received: noon + i, vrm: `R37A1N${i}` }),
    );
    await stores.reads.insert(reads);
    const images = await Promise.all(
      reads
        .slice(0, 2)
        .map(async (read, i) => ({ ...keyOf(read), kind: "patch" as const, jpeg: await aJpeg(i * 90) })),
    );
    const places = await stores.vault.append(images);
    await stores.imageIndex.insert(
      images.map((image, i) => ({
        ...keyOf(image),
        kind: image.kind,
        treatment: "as-sent" as const,
        ...(places[i] as (typeof places)[number]),
      })),
    );
    const [list] = await stores.lists.all();
    const [entry] = await stores.lists.entries(list?.id as number, { limit: 1 });
    const [one] = reads as [Read];
    await stores.hits.raise([
      aHit({ readId: one.id, nrd, captured: noon, received: noon, entry: entry?.id as number }),
    ]);
    const [kept] = await stores.sources.all();
    const reference = { kind: "identity", feed: 1, source: 2, camera: 3 } as const;
    const capture = { nrd: reference, vrm: "QU4R", captured: noon, timeQuality: "utc" } as const;
    const source = kept?.source as NonNullable<typeof kept>["source"];
    await stores.quarantine.hold([
      { capture, source, received: noon, vrm: "QU4R", nrd: null, code: "NRD_UNKNOWN", detail: "unknown" },
    ]);
    const waiting = {
      source: source.id,
      nrd: "1/2/3",
      vrm: "QU4R",
      captured: noon,
      kind: "patch",
      resolutionMs: 1,
      jpeg: await aJpeg(5),
    } as const;
    await stores.pendingImages.put([waiting], noon);
    return reads as unknown as readonly [Read, Read, Read];
  }

  const keyOf = ({ nrd, captured, n }: Pick<Read, "nrd" | "captured" | "n">) => ({ nrd, captured, n });

  beforeAll(async () => {
    // Without jobs: one whose minute it is would copy, or take, what a test is about to.
    whole = await WholeApp.start(undefined, { settings: { ...twin.settings, roles: "ingest,web" } });
  });
  afterAll(() => whole?.remove());

  describe("retention of a day past its limit", () => {
    it("waits for the copy of a preserved read, then deletes the day from every store and proves it", async () => {
      const day = dayAt(OLD);
      const [first, second] = await fill(OLD);
      const { stores } = whole;
      const [person] = await stores.people.all();
      const by = { organisation: person?.organisation.id as number, madeBy: person?.id as number };
      await stores.preservations.preserve({ reference: "CASE-1", reason: "Trial pending", ...by }, [
        { id: first.id, captured: first.captured },
      ]);

      const early = await run(day);
      expect([early.status, early.body.code]).toEqual([409, "CONFLICT"]);
      expect(early.body.detail).toContain("1 preserved reads");
      expect(await rowsOf("reads", day)).toBe(3);

      const later = dayAt(OLD + DAY);
      await fill(OLD + DAY);
      expect((await run(later)).body).toMatchObject({ day: later, counts: { reads: 3, "image-days": 1 } });
      expect([await rowsOf("reads", day), await rowsOf("reads", later)]).toEqual([3, 0]);

      expect(await copyPreserved(stores)).toEqual({ reads: 1, images: 1 });
      expect(await copyPreserved(stores)).toEqual({ reads: 0, images: 0 });
      const { status, body } = await run(day);
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body).toMatchObject({
        day,
        policyPack: "uk-2026.4",
        survivors: 0,
        counts: { reads: 3, "image-index": 2, "image-days": 1, hits: 0, quarantine: 1, "pending images": 1 },
      });
      const { verifyingKey } = openKeys({ folder: join(whole.folder, "keys") }, false);
      expect(verifyReceipt(body, verifyingKey)).toBe(true);
      expect(verifyReceipt({ ...body, counts: { ...body.counts, reads: 2 } }, verifyingKey)).toBe(false);

      expect([await rowsOf("reads", day), await rowsOf("read_image", day)]).toEqual([0, 0]);
      expect(await stores.vault.daysHeld()).not.toContain(day);
      expect((await stores.hits.ofRead(second.id)).length).toBe(0);
    });

    it("leaves the preserved read, its image and its hit alone", async () => {
      const { stores } = whole;
      const [read, ...more] = await stores.preserved.reads("CASE-1");
      expect(more).toEqual([]);
      expect(read).toMatchObject({ vrm: "R37A1N0", captured: OLD });
      const [image] = await stores.preserved.images("CASE-1", read as Read);
      expect(
        await stores.preservedVault.read(
          image as NonNullable<typeof image>,
          image as NonNullable<typeof image>,
        ),
      ).toEqual(await aJpeg(0));
      expect(await stores.hits.ofRead((read as Read).id)).toHaveLength(1);
    });

    it("keeps its receipt, and the log has who asked and what went", async () => {
      const { body } = await whole.call<{ items: readonly Receipt[] }>("auditor", "/v1/retention/receipts");
      expect(body.items.map(({ day }) => day)).toContain(dayAt(OLD));
      const [done] = await whole.stores.audit.find({ action: "retention.day", limit: 1 });
      expect(done).toMatchObject({ actor: "dpo", subject: { day: dayAt(OLD), counts: { reads: 3 } } });
      const text = JSON.stringify([body, done?.subject]);
      expect(text).not.toContain("R37A1N");
    });

    it("once more is a receipt of nothing", async () => {
      const { status, body } = await run(dayAt(OLD));
      expect([status, body.counts["reads"]]).toEqual([200, 0]);
    });
  });

  describe("retention that is not due", () => {
    it("is refused, and nothing goes", async () => {
      await fill(KEPT);
      for (const at of [KEPT, Date.now(), Date.now() + 5 * DAY]) {
        const { status, body } = await run(dayAt(at));
        expect([status, body.code]).toEqual([409, "CONFLICT"]);
      }
      expect(await rowsOf("reads", dayAt(KEPT))).toBe(3);
      expect(await whole.stores.vault.daysHeld()).toContain(dayAt(KEPT));
    });

    it("of what is no day, or by who may not, is refused", async () => {
      for (const day of ["2026-02-30", "yesterday", ""]) expect((await run(day)).status).toBe(400);
      expect((await run(dayAt(OLD), "operator")).status).toBe(403);
    });
  });

  describe("the doctor", () => {
    it("says when retention last completed, and shouts when it is late", async () => {
      await whole.stores.receipts.succeeded(Date.now());
      expect(await doctorOn("retention")).toMatchObject({
        state: "well",
        advice: "",
        finding: expect.stringMatching(/^last completed 20/),
      });
      await whole.stores.receipts.succeeded(Date.now() - 37 * 3_600_000);
      expect(await doctorOn("retention")).toMatchObject({
        state: "critical",
        advice: expect.stringContaining("DELETION IS LATE"),
      });
      const { body } = await whole.call<{ late: boolean }>("dpo", "/v1/retention");
      expect(body.late).toBe(true);
    });
  });

  it("is held when the clock leapt ahead over a stop, and goes on when somebody confirms it", async () => {
    const { stores } = whole;
    // As it is at the start after the machine's clock was set three days ahead.
    await stores.receipts.clockWas("right", Date.now() - 3 * DAY);
    await startAgain();
    const status = () => whole.call<{ held: string | null }>("dpo", "/v1/retention");
    expect((await status()).body.held).toMatch(/^Nothing is deleted: the clock says .* 72 hours after/);
    expect(await doctorOn("clock")).toMatchObject({
      state: "critical",
      advice: expect.stringContaining("HELD") as string,
    });
    expect(await run(dayAt(OLD))).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    // The start wrote entries under the new clock; that makes it no more right.
    await startAgain();
    expect((await status()).body.held).not.toBeNull();

    const confirm = (username: string, reason: string) =>
      whole.call<Refused & { held: string | null }>(username, "/v1/retention/clock", { reason });
    expect((await confirm("operator", "Looks right")).status).toBe(403);
    expect((await confirm("dpo", "")).status).toBe(400);
    expect(await confirm("dpo", "Compared with the station's clock")).toMatchObject({
      status: 200,
      body: { held: null },
    });
    const [entry] = await whole.stores.audit.find({ action: "retention.clock", outcome: "done", limit: 1 });
    expect(entry).toMatchObject({ actor: "dpo", subject: { reason: "Compared with the station's clock" } });
    expect(await doctorOn("clock")).toMatchObject({ state: "well" });
  });
});
