import type { Rooms } from "../api/rooms.ts";
import type { Intake } from "../ingest/intake.ts";
import { volumeOf } from "../observe/encrypted-volume.ts";
import { examine } from "../observe/doctor.ts";
import { Health } from "../observe/health.ts";
import { plainPartsOf } from "../storage/clickhouse/archive/plain-parts.ts";
import type { PackKeeper } from "../policy/pack-keeper.ts";
import type { ClockGuard } from "../retention/clock-guard.ts";
import type { Retention } from "../retention/retention.ts";
import type { openLog } from "./log.ts";
import type { openPeople } from "./people.ts";
import { storeClock } from "./retention.ts";
import type { Stores } from "./stores.ts";

export interface DoctorParts {
  readonly data: string;
  /** What the operator says about the volumes. */
  readonly encryptedVolumes: boolean;
  readonly stores: Stores;
  readonly retention: Retention;
  readonly clock: ClockGuard;
  readonly people: Pick<ReturnType<typeof openPeople>, "counts">;
  readonly intake: Intake;
  readonly log: Pick<Awaited<ReturnType<typeof openLog>>, "condition">;
  readonly keeper: PackKeeper;
  readonly now: () => number;
}

/** The doctor of this installation: everything an operator would ask about. */
export const openDoctor = ({
  data,
  encryptedVolumes,
  stores,
  retention,
  clock,
  people,
  intake,
  log,
  keeper,
  now,
}: DoctorParts): Rooms["doctor"] => ({
  examine: () =>
    examine({
      now,
      stores: [
        { name: "governed store", check: () => stores.database.query("select 1") },
        { name: "archive", check: () => stores.clickhouse.query("select 1 as one") },
        { name: "images", check: () => stores.vault.daysHeld() },
      ],
      dataFolder: data,
      atRest: async () => ({
        plainParts: await plainPartsOf(stores.clickhouse).catch(() => null),
        governed:
          stores.database.files === undefined
            ? { encrypted: null, why: "the PostgreSQL server's volume cannot be seen from here" }
            : volumeOf(stores.database.files),
        said: encryptedVolumes,
      }),
      retention: () => retention.lateness(now()),
      jobs: () => stores.jobs.all(),
      storeClock: () => storeClock(stores.database),
      clockHeld: () => clock.held(),
      heldInQuarantine: () => stores.quarantine.held(),
      people: people.counts,
      readsInFlight: () => intake.inFlight,
      auditLog: log.condition,
      policyPack: () => ({
        id: keeper.policy.pack.id,
        folderDiffers: keeper.folderDiffers,
        restartNeeded: keeper.restartNeeded,
      }),
    }),
});

/** Whether the service may take work: every store answers, and entries can be logged. */
export function openHealth(stores: Stores, log: Pick<Awaited<ReturnType<typeof openLog>>, "check">): Health {
  return new Health([
    { name: "governed store", check: async () => void (await stores.database.query("select 1")) },
    { name: "archive", check: async () => void (await stores.clickhouse.query("select 1 as one")) },
    { name: "audit log", check: log.check },
  ]);
}
