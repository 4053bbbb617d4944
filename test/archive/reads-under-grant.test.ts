import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Read } from "../../src/archive/read.ts";
import type { PageRequest, ReadStore } from "../../src/archive/read-store.ts";
import type { Grant, GrantTerms } from "../../src/policy/grant.ts";
import { isWithin, type Area } from "../../src/read/position.ts";
import type { ClickHouse } from "../../src/storage/clickhouse/clickhouse.ts";
import { openImageIndex } from "../../src/storage/clickhouse/archive/image-index.ts";
import { openReadStore } from "../../src/storage/clickhouse/archive/read-store.ts";
import { onBothArchives } from "../servers/archive-twins.ts";
import { aGrant, aRead, NOON } from "./read-builders.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOVING = 9;
const HERE = { lat: 50.47, lon: -4.72 };
const THERE = { lat: 51.5, lon: -0.1 };
const CIRCLE: Area = { kind: "circle", centre: HERE, radiusMetres: 1_000 };
/** Where the register has each NRD; NRD 1 stands in the circle. */
const PLACED: Readonly<Record<number, typeof HERE>> = { 1: HERE, 2: THERE, 3: THERE };
const VRMS = ["AB12CDE", "AB12CDF", "ZZ99ZZZ"];

const reads: readonly Read[] = VRMS.flatMap((vrm, v) =>
  [1, 2, 3, MOVING].flatMap((nrd) =>
    Array.from({ length: 6 }, (_, back) =>
      aRead({
        vrm,
        sent: vrm,
        nrd,
        captured: NOON - back * 80 * DAY - v,
        position: nrd === MOVING ? (back % 2 === 0 ? HERE : THERE) : null,
      }),
    ),
  ),
);
/** Captured just within, but received before: by its receipt it is too old. */
const backdated = aRead({ vrm: "AB12CDE", nrd: 1, captured: NOON - 5_000, received: NOON - 20_000 });

onBothArchives("the archive under a grant", (twin) => {
  let clickhouse: ClickHouse;
  let store: ReadStore;
  beforeAll(async () => {
    clickhouse = twin.clickhouse;
    store = openReadStore(clickhouse, { movingNrds: () => [MOVING] });
    await store.insert([...reads, backdated]);
  });

  const ANYTHING: PageRequest = { from: 0, to: NOON + DAY, limit: 100, cursor: null };
  /** Everything each way of asking finds under a grant; each asks for all there is. */
  const findings = async (grant: Grant): Promise<readonly (readonly Read[])[]> => {
    const byVrm = await Promise.all(VRMS.map((vrm) => store.byVrm(grant, { ...ANYTHING, vrm })));
    const nrds = [1, 2, 3, MOVING];
    const pages = await Promise.all([
      store.byPattern(grant, { ...ANYTHING, pattern: "*" }),
      store.byPlace(grant, { ...ANYTHING, nrds, area: null }),
    ]);
    return [byVrm.flatMap(({ items }) => items), ...pages.map(({ items }) => items)];
  };
  const allows = ({ accessFloor, scope, withheldNrds }: GrantTerms, read: Read): boolean => {
    const { vrms, places, from, to } = scope;
    const at = read.position ?? PLACED[read.nrd] ?? THERE;
    return (
      Math.min(read.captured, read.received) >= accessFloor &&
      read.captured >= from &&
      read.captured < to &&
      (vrms === null || (read.vrm !== null && vrms.includes(read.vrm))) &&
      (places === null ||
        places.nrds.includes(read.nrd) ||
        (places.area !== null && isWithin(places.area, at))) &&
      !withheldNrds.includes(read.nrd)
    );
  };
  const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
  const ids = (found: readonly Read[]): readonly string[] => found.map(({ id }) => id).sort();

  describe("every query of the archive", () => {
    it("keeps to the grant's scope, floor and withheld NRDs, whatever they are", async () => {
      const moment = fc.integer({ min: NOON - 500 * DAY, max: NOON + DAY });
      const terms = fc.record({
        accessFloor: fc.oneof(moment, fc.constant(0), fc.constant(NOON - 10_000)),
        withheldNrds: fc.uniqueArray(fc.constantFrom(1, 2, 3, MOVING), { maxLength: 2 }),
        scope: fc.record({
          vrms: fc.option(fc.uniqueArray(fc.constantFrom(...VRMS, "NONE1"))),
          places: fc.option(
            fc.record({
              nrds: fc.uniqueArray(fc.constantFrom(1, 2, 3, MOVING)),
              area: fc.constantFrom(null, CIRCLE),
              within: fc.constant([1]),
            }),
          ),
          from: fc.oneof(fc.constant(0), moment),
          to: fc.oneof(fc.constant(EVER.to), moment),
        }),
      });
      await fc.assert(
        fc.asyncProperty(terms, fc.subarray([...reads], { maxLength: 10 }), async (given, opened) => {
          const grant = aGrant(given);
          const expected = ids([...reads, backdated].filter((read) => allows(grant, read)));
          for (const found of await findings(grant)) expect(ids(found)).toEqual(expected);
          for (const read of [...opened, backdated])
            expect(await store.byId(grant, read.id)).toEqual(allows(grant, read) ? read : null);
        }),
        { numRuns: 25 },
      );
    });

    it("never widens what is asked: a scope of two VRMs finds one when one is asked about", async () => {
      const grant = aGrant({ scope: { ...EVER, vrms: ["AB12CDE", "AB12CDF"], places: null } });
      const { items } = await store.byVrm(grant, { ...ANYTHING, vrm: "AB12CDF" });
      expect(new Set(items.map(({ vrm }) => vrm))).toEqual(new Set(["AB12CDF"]));
    });

    it("keeps two areas apart: the one asked about and the one allowed", async () => {
      const around: Area = { kind: "circle", centre: THERE, radiusMetres: 500 };
      const grant = aGrant({
        scope: { ...EVER, vrms: null, places: { nrds: [], area: CIRCLE, within: [1] } },
      });
      const page = { ...ANYTHING, nrds: [2, 3], area: around };
      expect((await store.byPlace(grant, page)).count).toBe(0);
      expect((await store.byPlace(aGrant(), page)).count).toBeGreaterThan(0);
    });

    it("shows of one answer no more than the view limit, page by page", async () => {
      const grant = aGrant({ pageLimit: 4, viewLimit: 10 });
      const seen: string[] = [];
      let cursor: string | null = null;
      const sizes: number[] = [];
      do {
        const page = await store.byPattern(grant, { ...ANYTHING, pattern: "*", limit: 4, cursor });
        expect([page.count, page.before]).toEqual([reads.length + 1, seen.length]);
        seen.push(...page.items.map(({ id }) => id));
        sizes.push(page.items.length);
        cursor = page.next;
      } while (cursor !== null);
      expect(sizes).toEqual([4, 4, 2, 0]);
      expect(new Set(seen).size).toBe(10);
    });

    it("finds no image of a read that is out of time or withheld", async () => {
      const index = openImageIndex(clickhouse);
      const key = { nrd: 1, captured: NOON, n: 0 };
      await index.insert([
        { ...key, kind: "patch", treatment: "as-sent", segment: "s", offset: 0, length: 1 } as never,
      ]);
      expect(await index.find(aGrant(), key)).toHaveLength(1);
      for (const refused of [
        aGrant({ accessFloor: NOON + 1 }),
        aGrant({ withheldNrds: [1] }),
        aGrant({ scope: { vrms: null, places: null, from: 0, to: NOON } }),
      ]) {
        expect(await index.find(refused, key)).toEqual([]);
      }
      await expect(index.find({ accessFloor: 0 } as Grant, key)).rejects.toThrow("without a grant");
    });
  });
});
