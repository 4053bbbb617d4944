import { describe, expect, it } from "vitest";
import type { AuditEntry, AuditFilter, NewAuditEntry } from "./audit-log.ts";
import { CollectionLog } from "./collection.ts";

type Outcome = { readonly verdict: "stored" | "duplicate" | "quarantined" | "refused" };
const stored: Outcome = { verdict: "stored" };

/** A clock, a log that can fail, and an archive that counts: the world outside. */
function aWorld(): {
  now: number;
  readonly written: NewAuditEntry[];
  stored: number[];
  fault: "none" | "before" | "after";
  broken: string | undefined;
  open(node?: number): CollectionLog;
} {
  const world = {
    now: 1_000_000,
    written: [] as NewAuditEntry[],
    stored: [] as number[],
    fault: "none" as "none" | "before" | "after",
    broken: undefined as string | undefined,
    open: (node = 0) =>
      new CollectionLog({
        log: {
          append: async (entry: NewAuditEntry) => {
            if (world.fault === "before") throw new Error("full");
            world.written.push(entry);
            if (world.fault === "after") throw new Error("the answer was lost");
            return entry as AuditEntry;
          },
          find: async ({ actor }: AuditFilter) =>
            world.written.filter((entry) => entry.actor === actor).slice(-1) as AuditEntry[],
        },
        node,
        now: () => world.now,
        storedSince: async (received) => world.stored.filter((at) => at >= received).length,
        failed: (error) => {
          throw error;
        },
        broken: () => world.broken,
        elapsed: () => world.now,
      }),
  };
  return world;
}

const countsOf = (entries: readonly NewAuditEntry[]) => entries.map(({ subject }) => subject["counts"]);

describe("collection in the log (AUD-1)", () => {
  it("says how many reads came from each source and what became of them, and nothing when none came", async () => {
    const world = aWorld();
    const log = world.open();
    await log.start(1);
    await log.write();
    expect(world.written).toEqual([]);
    await log.count(7, 3, async () => [stored, { verdict: "refused" }, stored]);
    await log.count(8, 1, async () => [{ verdict: "duplicate" }]);
    await expect(log.count(8, 5, () => Promise.reject(new Error("busy")))).rejects.toThrow("busy");
    world.now += 500;
    await log.stop();
    expect(world.written).toMatchObject([{ actor: "collection-0", action: "read.collect", outcome: "done" }]);
    expect(countsOf(world.written)).toEqual([
      { "7": { stored: 2, refused: 1 }, "8": { duplicate: 1, unanswered: 5 } },
    ]);
  });

  it("joins entry to entry, and counts a read that is under way when one is written exactly once", async () => {
    const world = aWorld();
    const log = world.open();
    await log.start(1);
    let answer: (outcomes: Outcome[]) => void = () => undefined;
    const slow = log.count(7, 1, () => new Promise<Outcome[]>((resolve) => (answer = resolve)));
    const writing = log.write();
    await new Promise((resolve) => setImmediate(resolve));
    const receipts: number[] = [];
    await log.count(7, 1, async (received) => {
      receipts.push(received);
      return [stored];
    });
    answer([stored]);
    await Promise.all([slow, writing]);
    world.now += 1_000;
    await log.write();
    await log.stop();
    expect(countsOf(world.written)).toEqual([{ "7": { stored: 1 } }, { "7": { stored: 1 } }]);
    const [first, second] = world.written.map(({ subject }) => subject) as { from: string; to: string }[];
    expect(second?.from).toBe(first?.to);
    expect(receipts[0]).toBeGreaterThanOrEqual(Date.parse(first?.to ?? ""));
  });

  it("counts in the archive what a crash kept from the log, and nothing after a clean end", async () => {
    const world = aWorld();
    const before = world.open();
    await before.start(1);
    const take = (count: number) => async (received: number) => {
      world.stored.push(...Array.from({ length: count }, () => received));
      return Array.from({ length: count }, () => stored);
    };
    await before.count(7, 4, take(4));
    await before.write();
    await before.count(7, 3, take(3));
    world.now += 60_000;
    const after = world.open();
    await after.start(1);
    await after.stop();
    world.now += 60_000;
    await world.open().start(1);
    expect(countsOf(world.written)).toEqual([{ "7": { stored: 4 } }, { archive: { stored: 3 } }]);
    expect(world.written[1]?.subject).toMatchObject({
      kind: "recovered",
      from: world.written[0]?.subject["to"],
    });
  });

  it.each(["before", "after"] as const)(
    "counts once what a failed write held, failing %s it was kept",
    async (fault) => {
      const world = aWorld();
      const log = world.open();
      await log.start(1);
      await log.count(7, 1, async () => [stored]);
      world.fault = fault;
      await expect(log.write()).rejects.toThrow();
      world.fault = "none";
      world.now += 10;
      await log.count(7, 1, async () => [stored]);
      await log.stop();
      const total = countsOf(world.written).reduce<number>(
        (sum, counts) => sum + (counts as Record<string, { stored: number }>)["7"]!.stored,
        0,
      );
      expect(total).toBe(2);
    },
  );

  it("takes nothing once its entry is minutes overdue, and goes on when that is written", async () => {
    const world = aWorld();
    const log = world.open();
    await log.start(1);
    const take = () => log.count(7, 1, async () => [stored]);
    await take();
    world.fault = "before";
    world.now += 60_000;
    await expect(log.write()).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
    world.now += 180_000;
    await take();
    world.now += 1;
    await expect(take()).rejects.toMatchObject({ code: "ARCHIVE_BUSY", status: 503, retryAfter: 30 });
    world.fault = "none";
    await log.write();
    await take();
    await log.stop();
    expect(countsOf(world.written)).toEqual([{ "7": { stored: 2 } }, { "7": { stored: 1 } }]);
  });

  it("is not overdue where nothing came for a long time, and takes nothing beside a broken log", async () => {
    const world = aWorld();
    const log = world.open();
    await log.start(1);
    for (let minute = 0; minute < 60; minute++) {
      world.now += 60_000;
      await log.write();
    }
    log.requireLoggable();
    world.broken = "The entries of the log are not those that were signed.";
    const refused = expect.objectContaining({ code: "ARCHIVE_BUSY", retryAfter: 30 });
    await expect(log.count(7, 1, async () => [stored])).rejects.toEqual(refused);
    expect(() => log.requireLoggable()).toThrow("keep the reads and send them again");
    await log.stop();
    expect(world.written).toEqual([]);
  });
});
