import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReadStore } from "../archive/read-store.ts";
import { DataRefused } from "../errors.ts";
import { loadPolicyPack } from "../policy/pack.ts";
import { projectRoot } from "../project-root.ts";
import type { Capture, Decoded } from "../read/capture.ts";
import type { Nrd } from "../read/nrd.ts";
import { openClickHouse } from "../storage/clickhouse/client.ts";
import type { ClickHouse } from "../storage/clickhouse/clickhouse.ts";
import { migrateClickHouse } from "../storage/clickhouse/migrate.ts";
import { openReadStore } from "../storage/clickhouse/archive/read-store.ts";
import { Intake, type IntakeLimits } from "./intake.ts";
import type { IntakeStores, SetAsideRead } from "./intake-stores.ts";
import type { Outcome } from "./outcome.ts";
import type { FeedSource } from "../source/feed-source.ts";
import { pipelineSteps } from "./pipeline.ts";
import { RecentReads } from "./recent-reads.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const DAY = 86_400_000;
const LISTED = "L15TED";

const nrd: Nrd = {
  id: 7,
  feed: 1,
  source: 2,
  camera: 3,
  name: "Site",
  type: "static",
  organisation: 1,
  road: "A30",
  direction: "E",
  lane: 1,
  position: { lat: 50, lon: -4 },
  deviceKey: null,
  state: "live",
  stateSince: new Date(0),
};
const source: FeedSource = {
  id: 1,
  name: "feed",
  organisation: 1,
  aggregator: false,
  positionUnit: "degrees",
  timeZone: "UTC",
  compoundReply: "array",
  nrd: null,
};
const aCapture = (differing: Partial<Capture> = {}): Decoded => ({
  capture: {
    nrd: { kind: "identity", feed: 1, source: 2, camera: 3 },
    vrm: "AB12CDE",
    captured: NOON,
    timeQuality: "utc",
    ...differing,
  },
});
const verdicts = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map(({ verdict }) => verdict);

let folder: string;
let clickhouse: ClickHouse;
let archive: ReadStore;
let now: number;
let raised: string[];
let held: SetAsideRead[];

/** An intake on the real archive; `differing` stands between the two, to fail as a store would. */
function openIntake(
  differing: Partial<IntakeStores> = {},
  limits: Partial<IntakeLimits> = {},
  place: Nrd = nrd,
): Intake {
  const pack = loadPolicyPack(join(projectRoot, "policies/uk"));
  const nrds = { find: () => place };
  const steps = pipelineSteps({ ...pack, nrds, fixedMismatchMetres: pack.position.fixedMismatchMetres });
  const stores: IntakeStores = {
    existing: (keys) => archive.existing(keys),
    write: (reads) => archive.insert(reads),
    match: ({ vrm }) => (vrm === LISTED ? [1] : []),
    raise: async ({ id }) => void raised.push(id),
    hold: async (setAside) => setAside.map((read) => String(held.push(read))),
    joinLateImages: async () => {},
    addImages: async () => [],
    noteRefusals: () => {},
    ...differing,
  };
  const recent = new RecentReads(1024, { marks: new Map(), unknownBefore: NOON - 3 * DAY });
  const liveAlertWithinMs = pack.time.liveAlertWithinSeconds * 1000;
  return new Intake(
    steps,
    recent,
    stores,
    {
      maxReadsInFlight: 1_000,
      maxImageBytesInFlight: 1_000,
      imageBytes: 1_000,
      liveAlertWithinMs,
      ...limits,
    },
    () => now,
  );
}

async function rows(): Promise<number> {
  const [row] = await clickhouse.query<{ rows: number }>("SELECT count() AS rows FROM reads");
  return row?.rows ?? -1;
}

/** A door that a store's call waits at until it is opened. */
function aDoor(): {
  readonly opened: Promise<void>;
  open: () => void;
  readonly reached: Promise<void>;
  reach: () => void;
} {
  let open = (): void => {};
  let reach = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return { opened, open, reached, reach };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waywarden-intake-"));
  clickhouse = await openClickHouse({ folder });
  await migrateClickHouse(clickhouse);
  archive = openReadStore(clickhouse);
});
afterAll(async () => {
  await clickhouse?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await clickhouse.command("TRUNCATE TABLE reads");
  now = NOON + 500;
  raised = [];
  held = [];
});

describe("a value that no column holds", () => {
  it("is rounded, or left out, before it can fail the reads beside it", async () => {
    const intake = openIntake();
    const outcomes = await intake.take(
      [aCapture({ confidence: 94.5, lane: 1.5 }), aCapture({ vrm: "CD52DEF", confidence: 300, lane: 3 })],
      source,
    );
    expect(verdicts(outcomes)).toEqual(["stored", "stored"]);
    const kept = await clickhouse.query("SELECT vrm, confidence, lane FROM reads ORDER BY vrm");
    expect(kept).toEqual([
      { vrm: "AB12CDE", confidence: 95, lane: 0 },
      { vrm: "CD52DEF", confidence: 255, lane: 3 },
    ]);
  });
});

describe("more vehicles in one millisecond than a camera can see", () => {
  const crowd = (from: number, count: number, captured: number): Decoded[] =>
    Array.from({ length: count }, (_, i) => aCapture({ vrm: `AB${from + i}`, captured }));

  it("are set apart where their numbers run out, and none takes another's", async () => {
    const outcomes = await openIntake().take(crowd(1_000, 258, NOON), source);
    expect(outcomes.slice(0, 256).every(({ verdict }) => verdict === "stored")).toBe(true);
    expect(outcomes.slice(256)).toMatchObject([
      { verdict: "quarantined", code: "CLOCK_SKEW" },
      { verdict: "quarantined", code: "CLOCK_SKEW" },
    ]);
    const [row] = await clickhouse.query<{ ids: number }>("SELECT uniqExact(n) AS ids FROM reads");
    expect(row?.ids).toBe(256);
  });

  it("are also when they come late, one message after the other, and the archive is asked", async () => {
    const late = NOON - 10 * DAY;
    for (let from = 1_000; from < 1_250; from += 25)
      expect(new Set(verdicts(await openIntake().take(crowd(from, 25, late), source)))).toEqual(
        new Set(["stored"]),
      );
    const last = await openIntake().take(crowd(1_250, 8, late), source);
    expect(verdicts(last)).toEqual([...Array<string>(6).fill("stored"), "quarantined", "quarantined"]);
    expect(held.at(-1)?.detail).toMatch(/one millisecond/);
    const [row] = await clickhouse.query<{ ids: number }>("SELECT uniqExact(n) AS ids FROM reads");
    expect(row?.ids).toBe(256);
  });
});

describe("a store that refuses what a read says", () => {
  const unstorable = "X5TORE";
  const refuse = (vrms: readonly (string | null)[]): void => {
    if (vrms.includes(unstorable)) throw new DataRefused("no column holds it");
  };

  it("has that one read refused, keeps its neighbours, and would take it again", async () => {
    const intake = openIntake({
      write: async (reads) => {
        refuse(reads.map(({ vrm }) => vrm));
        await archive.insert(reads);
      },
      hold: async (setAside) => {
        refuse(setAside.map(({ vrm }) => vrm));
        return setAside.map((read) => String(held.push(read)));
      },
    });
    const ahead = { captured: NOON + DAY };
    const outcomes = await intake.take(
      [
        aCapture(),
        aCapture({ vrm: unstorable }),
        aCapture({ vrm: "CD52DEF" }),
        aCapture(ahead),
        aCapture({ ...ahead, vrm: unstorable }),
      ],
      source,
    );
    expect(outcomes.map((one) => ("code" in one ? [one.verdict, one.code] : [one.verdict]))).toEqual([
      ["stored"],
      ["refused", "NOT_STORABLE"],
      ["stored"],
      ["quarantined", "CLOCK_SKEW"],
      ["refused", "NOT_STORABLE"],
    ]);
    expect([await rows(), held.length]).toEqual([2, 1]);
    expect(verdicts(await intake.take([aCapture({ vrm: unstorable })], source))).toEqual(["refused"]);
  });
});

describe("a store that fails", () => {
  it("before it wrote is answered as busy, and the repeat is stored once", async () => {
    let fails = true;
    const intake = openIntake({
      write: async (reads) => {
        if (fails) throw new Error("disk full");
        await archive.insert(reads);
      },
    });
    await expect(intake.take([aCapture()], source)).rejects.toMatchObject({
      code: "ARCHIVE_BUSY",
      retryAfter: 2,
    });
    expect([intake.inFlight, await rows()]).toEqual([0, 0]);
    fails = false;
    expect(verdicts(await intake.take([aCapture()], source))).toEqual(["stored"]);
    expect(verdicts(await intake.take([aCapture()], source))).toEqual(["duplicate"]);
    expect(await rows()).toBe(1);
  });

  it("after it wrote is answered as busy, and the repeat finds the row and raises the hit", async () => {
    let fails = true;
    const intake = openIntake({
      write: async (reads) => {
        await archive.insert(reads);
        if (fails) throw new Error("the answer was lost");
      },
      raise: async ({ id }) => {
        if (fails) throw new Error("no connection");
        raised.push(id);
      },
    });
    const batch = [aCapture({ vrm: LISTED }), aCapture({ vrm: "" }), aCapture({ captured: NOON + 1 })];
    await expect(intake.take(batch, source)).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    fails = false;
    const again = await intake.take(batch, source);
    expect(verdicts(again)).toEqual(["duplicate", "duplicate", "duplicate"]);
    expect(again.map((outcome) => "readId" in outcome && outcome.readId)).toEqual([
      `7-${NOON}`,
      `7-${NOON}-1`,
      `7-${NOON + 1}`,
    ]);
    expect([await rows(), raised]).toEqual([3, [`7-${NOON}`]]);
  });

  it("while a repeat waits for it leaves the read to the repeat", async () => {
    const door = aDoor();
    let calls = 0;
    const intake = openIntake({
      write: async (reads) => {
        if (++calls > 1) return archive.insert(reads);
        door.reach();
        await door.opened;
        throw new Error("disk full");
      },
    });
    const first = intake.take([aCapture()], source);
    await door.reached;
    const repeats = [intake.take([aCapture()], source), intake.take([aCapture()], source)];
    door.open();
    await expect(first).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    expect((await Promise.all(repeats)).flatMap(verdicts).sort()).toEqual(["duplicate", "stored"]);
    expect(await rows()).toBe(1);
  });

  it("to answer what it has is answered as busy, and nothing is written", async () => {
    let fails = true;
    const intake = openIntake({
      existing: (keys) => (fails ? Promise.reject(new Error("gone")) : archive.existing(keys)),
    });
    const late = aCapture({ captured: NOON - 5 * DAY });
    await expect(intake.take([late], source)).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    fails = false;
    expect(verdicts(await intake.take([late], source))).toEqual(["stored"]);
    expect(await rows()).toBe(1);
  });

  it("to keep what is set aside is answered as busy, though the good reads are stored", async () => {
    let fails = true;
    const intake = openIntake({
      hold: async (setAside) => {
        if (fails) throw new Error("gone");
        return setAside.map((read) => String(held.push(read)));
      },
    });
    const batch = [aCapture(), aCapture({ captured: now + 61_000 })];
    await expect(intake.take(batch, source)).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    fails = false;
    const again = verdicts(await intake.take(batch, source));
    expect(["stored", "duplicate"]).toContain(again[0]);
    expect([again[1], await rows(), held.length]).toEqual(["quarantined", 1, 1]);
  });
});

describe("more than is taken at once", () => {
  it("is refused before anything is accepted, and taken when there is room again", async () => {
    const door = aDoor();
    let written = 0;
    const intake = openIntake(
      {
        write: async (reads) => {
          if (written === 0) {
            door.reach();
            await door.opened;
          }
          written += reads.length;
          await archive.insert(reads);
        },
      },
      { maxReadsInFlight: 10 },
    );
    const batch = (from: number, count: number): Decoded[] =>
      Array.from({ length: count }, (_, i) => aCapture({ captured: NOON - from - i }));
    const first = intake.take(batch(0, 8), source);
    await door.reached;
    await expect(intake.take(batch(100, 3), source)).rejects.toMatchObject({
      code: "ARCHIVE_BUSY",
      retryAfter: 2,
    });
    const fits = intake.take(batch(200, 2), source);
    expect(intake.inFlight).toBe(10);
    door.open();
    await Promise.all([first, fits]);
    expect([intake.inFlight, await rows()]).toEqual([0, 10]);
    expect(verdicts(await intake.take(batch(100, 3), source))).toEqual(["stored", "stored", "stored"]);
  });

  it("counts bytes of images too", async () => {
    const door = aDoor();
    const intake = openIntake({
      write: async () => {
        door.reach();
        await door.opened;
      },
    });
    const first = intake.take([aCapture({ patch: Buffer.alloc(900) })], source);
    await door.reached;
    const second = aCapture({ captured: NOON + 1, overview: Buffer.alloc(200) });
    await expect(intake.take([second], source)).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    door.open();
    await first;
    expect(verdicts(await intake.take([second], source))).toEqual(["stored"]);
  });

  it("but one message alone is taken whatever its size, for it would never fit otherwise", async () => {
    const intake = openIntake({}, { maxReadsInFlight: 2 });
    const batch = [0, 1, 2, 3].map((i) => aCapture({ captured: NOON + i }));
    expect(verdicts(await intake.take(batch, source))).toEqual(["stored", "stored", "stored", "stored"]);
  });
});

describe("the same read many times", () => {
  it("in twenty takes at once is stored once", async () => {
    const intake = openIntake();
    const outcomes = (
      await Promise.all(Array.from({ length: 20 }, () => intake.take([aCapture({ vrm: LISTED })], source)))
    ).flat();
    expect(verdicts(outcomes).filter((verdict) => verdict === "stored")).toHaveLength(1);
    expect(verdicts(outcomes).filter((verdict) => verdict === "duplicate")).toHaveLength(19);
    expect([await rows(), raised.length]).toEqual([1, 1]);
  });

  it("late, so that the archive must be asked, in twenty takes at once is stored once", async () => {
    const intake = openIntake();
    const late = aCapture({ captured: NOON - 5 * DAY });
    const outcomes = (
      await Promise.all(Array.from({ length: 20 }, () => intake.take([late], source)))
    ).flat();
    expect(verdicts(outcomes).filter((verdict) => verdict === "stored")).toHaveLength(1);
    expect(await rows()).toBe(1);
  });

  it("twice in one message, and in messages that cross, waits for nobody for ever", async () => {
    const intake = openIntake();
    const [one, two] = [aCapture(), aCapture({ captured: NOON + 1 })];
    const outcomes = await Promise.all([
      intake.take([one, two, one], source),
      intake.take([two, one, two], source),
      intake.take([one, one, two], source),
    ]);
    expect(verdicts(outcomes.flat()).filter((verdict) => verdict === "stored")).toHaveLength(2);
    expect(await rows()).toBe(2);
  });
});

describe("who hears that an NRD saw a listed vehicle", () => {
  async function audienceOf(place: Nrd): Promise<readonly (number | null)[]> {
    const heard: (number | null)[] = [];
    const raise: IntakeStores["raise"] = async (_read, _entries, _images, onlyFor) =>
      void heard.push(onlyFor);
    const intake = openIntake({ raise }, {}, place);
    const outcomes = await intake.take([aCapture({ vrm: LISTED })], { ...source, aggregator: true });
    expect(verdicts(outcomes)).toEqual(["stored"]);
    return heard;
  }

  it("is everybody with such a list, but its owner alone where the NRD is covert", async () => {
    expect(await audienceOf(nrd)).toEqual([null]);
    expect(await audienceOf({ ...nrd, id: 8, type: "covert", organisation: 5 })).toEqual([5]);
  });

  it("is nobody where a certificate binds its reads to one purpose", async () => {
    expect(await audienceOf({ ...nrd, id: 9, certificate: "C-1" })).toEqual([]);
    expect(await audienceOf({ ...nrd, id: 10, type: "covert", certificate: "C-1" })).toEqual([]);
  });
});

describe("a read let out of quarantine", () => {
  it("raises no live alert when a person was slower than the live limit", async () => {
    const intake = openIntake();
    const received = NOON + 500;
    now = NOON + 2 * DAY;
    const [outcome] = await intake.take([aCapture({ vrm: LISTED })], source, {
      waived: "CLOCK_SKEW",
      received,
    });
    expect([outcome?.verdict, raised]).toEqual(["stored", []]);
  });

  it("keeps its waiver while it waits for its own repeat", async () => {
    const door = aDoor();
    let calls = 0;
    const intake = openIntake({
      write: async (reads) => {
        if (++calls > 1) return archive.insert(reads);
        door.reach();
        await door.opened;
        throw new Error("disk full");
      },
    });
    const early = aCapture({ captured: now + 600_000 });
    const release = { waived: "CLOCK_SKEW", received: now } as const;
    const first = intake.take([early], source, release);
    await door.reached;
    const second = intake.take([early], source, release);
    door.open();
    await expect(first).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    expect(verdicts(await second)).toEqual(["stored"]);
  });
});

describe("an intake that is closing", () => {
  it("finishes what it has and takes nothing more", async () => {
    const door = aDoor();
    const intake = openIntake({
      write: async (reads) => {
        door.reach();
        await door.opened;
        await archive.insert(reads);
      },
    });
    const last = intake.take([aCapture()], source);
    await door.reached;
    const closed = intake[Symbol.asyncDispose]();
    await expect(intake.take([aCapture({ captured: NOON + 1 })], source)).rejects.toMatchObject({
      code: "NOT_READY",
    });
    door.open();
    await closed;
    expect(verdicts(await last)).toEqual(["stored"]);
    expect(await rows()).toBe(1);
  });
});
