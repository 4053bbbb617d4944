import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Audited } from "../../src/audit/audited.ts";
import { EstateIndex } from "../../src/estate/estate-index.ts";
import { EstateLease } from "../../src/estate/estate-lease.ts";
import { Nrds } from "../../src/estate/nrds.ts";
import type { Caller } from "../../src/identity/caller.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { projectRoot } from "../../src/project-root.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { PostgresEstateFollowers } from "../../src/storage/postgres/estate/estate-followers.ts";
import { PostgresNrdRegister } from "../../src/storage/postgres/estate/nrd-register.ts";
import { PostgresOrganisationStore } from "../../src/storage/postgres/identity/organisation-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { aCaller } from "../identity/a-caller.ts";
import { makeDatabase, type GovernedDatabase } from "../servers/governed-stores.ts";
import { aPerson } from "../storage/governed-fixture.ts";

const place: GovernedDatabase | undefined = await makeDatabase();

describe.skipIf(place === undefined)(
  "the answer to a decommissioning, of two processes on one PostgreSQL (NAI-6)",
  () => {
    let here: Database;
    let there: Database;
    let caller: Caller;
    let organisation: number;
    let camera = 0;

    beforeAll(async () => {
      const { url } = place as GovernedDatabase;
      [here, there] = await Promise.all([openServer(url), openServer(url)]);
      const made = await aPerson(here);
      organisation = made.organisation.id;
      caller = aCaller(made.person);
    });
    afterAll(async () => {
      await Promise.all([here?.close(), there?.close()]);
      await place?.drop();
    });

    /** The register as people of the first process use it. */
    const nrds = (): Nrds =>
      new Nrds({
        register: new PostgresNrdRegister(here, Date.now),
        followers: new PostgresEstateFollowers(here),
        organisations: new PostgresOrganisationStore(here),
        people: new PostgresPersonStore(here),
        audited: new Audited(new PostgresAuditLog(here, Date.now)),
        policy: { engine: new PolicyEngine(loadPolicyPack(`${projectRoot}/policies/uk`)) },
        now: Date.now,
        settle: async () => {},
        nationalImport: false,
      });
    async function aLiveNrd(): Promise<number> {
      const register = new PostgresNrdRegister(here, Date.now);
      const nrd = await register.add({
        feed: 43,
        source: 115,
        camera: ++camera,
        name: "Gantry",
        type: "static",
        organisation,
        road: "A30",
        direction: "E",
        lane: null,
        position: { lat: 50, lon: -4 },
        deviceKey: null,
        dailyReads: null,
      });
      await register.act(nrd.id, "go-live", "Assessed", null);
      return nrd.id;
    }
    /** The second process: its index, and the lease under which it stores reads. */
    async function another() {
      const clock = { now: 0 };
      const work = { underWay: Promise.resolve() };
      const index = new EstateIndex(new PostgresNrdRegister(there, Date.now));
      const id = randomUUID();
      const lease = new EstateLease({
        index,
        followers: new PostgresEstateFollowers(there),
        process: id,
        settled: () => work.underWay,
        failed: (error) => expect.unreachable(String(error)),
        elapsed: () => clock.now,
      });
      return { index, lease, clock, work, id };
    }
    type Other = Awaited<ReturnType<typeof another>>;
    /** It hears of changes by itself. */
    async function running(): Promise<Other & { readonly stop: () => Promise<void> }> {
      const other = await another();
      await other.index.start({ everyMs: 3_600_000 });
      await other.lease.start();
      const stop = async (): Promise<void> => {
        await other.lease.stop();
        await other.index.stop();
      };
      return { ...other, stop };
    }
    /** It follows all there is, and hears of nothing more before it looks. */
    async function deaf(): Promise<Other> {
      const other = await another();
      await other.lease.keep();
      await expect.poll(() => storesReads(other)).toBe(true);
      return other;
    }
    const storesReads = ({ lease }: Other): boolean => {
      try {
        lease.requireCurrent();
        return true;
      } catch {
        return false;
      }
    };
    /** For the governed store as well, it has been silent for longer than it is counted on. */
    async function silent(other: Other): Promise<void> {
      other.clock.now += 30_000;
      await there.query(
        "update estate_follower set until = now() - interval '1 second' where id = $1::uuid",
        [other.id],
      );
    }
    const decommission = (nrd: number) => nrds().change(nrd, "decommission", "The gantry is gone", caller);

    it("comes when the other judges by it, and what that had under way is stored", async () => {
      const nrd = await aLiveNrd();
      const other = await running();
      const underWay = Promise.withResolvers<void>();
      other.work.underWay = underWay.promise;
      let answered = false;
      const answer = decommission(nrd).then(() => (answered = true));
      await expect.poll(() => other.index.byId(nrd)?.state).toBe("decommissioned");
      // However long that takes: it says that it is behind, and is waited for.
      await other.lease.keep();
      expect(await new PostgresEstateFollowers(here).areBehind(nrd)).toBe(true);
      expect(answered).toBe(false);
      expect(storesReads(other)).toBe(true);
      underWay.resolve();
      await answer;
      expect(other.index.byId(nrd)?.state).toBe("decommissioned");
      await other.stop();
    });

    it("does not wait for one that died, and one that stood still stores nothing it judged before", async () => {
      const nrd = await aLiveNrd();
      const other = await deaf();
      await silent(other);
      await decommission(nrd);
      expect(other.index.byId(nrd)?.state).toBe("live");
      expect(storesReads(other)).toBe(false);
      const underWay = Promise.withResolvers<void>();
      other.work.underWay = underWay.promise;
      await other.lease.keep();
      expect(other.index.byId(nrd)?.state).toBe("decommissioned");
      expect(storesReads(other)).toBe(false);
      underWay.resolve();
      await expect.poll(() => storesReads(other)).toBe(true);
      await other.lease.stop();
    });

    it("waits for one that begins as the register changes", async () => {
      const nrd = await aLiveNrd();
      const index = new EstateIndex(new PostgresNrdRegister(there, Date.now));
      const followers = new PostgresEstateFollowers(there);
      const id = randomUUID();
      const lease = new EstateLease({
        // What is committed right after it looked, it has not seen.
        index: {
          refresh: async () => {
            await index.refresh();
            if (index.byId(nrd)?.state === "live")
              await new PostgresNrdRegister(here, Date.now).act(nrd, "decommission", "Gone", null);
          },
          get sequence() {
            return index.sequence;
          },
          onTaken: (taken) => index.onTaken(taken),
        },
        followers: {
          confirm: async (...said) => {
            await followers.confirm(...said);
            if (index.byId(nrd)?.state === "live") expect(await followers.areBehind(nrd)).toBe(true);
          },
          leave: (process) => followers.leave(process),
          areBehind: (one) => followers.areBehind(one),
        },
        process: id,
        settled: () => Promise.resolve(),
        failed: (error) => expect.unreachable(String(error)),
      });
      await lease.start();
      await expect.poll(() => followers.areBehind(nrd)).toBe(false);
      expect(index.byId(nrd)?.state).toBe("decommissioned");
      await lease.stop();
    });

    it("waits for nobody where no process takes reads", async () => {
      const nrd = await aLiveNrd();
      await decommission(nrd);
      expect((await new PostgresNrdRegister(there, Date.now).byId(nrd))?.state).toBe("decommissioned");
    });
  },
);
