import type { Rooms } from "../api/rooms.ts";
import type { LosingNrd } from "../ingest/lost-reads.ts";
import type { Intake } from "../ingest/intake.ts";
import { volumeOf } from "../observe/encrypted-volume.ts";
import { examine } from "../observe/doctor.ts";
import type { Events } from "../observe/events.ts";
import { Health } from "../observe/health.ts";
import { WrittenLately } from "../observe/written-lately.ts";
import { plainPartsOf } from "../storage/clickhouse/archive/plain-parts.ts";
import type { PackKeeper } from "../policy/pack-keeper.ts";
import type { ClockGuard } from "../retention/clock-guard.ts";
import type { Retention } from "../retention/retention.ts";
import type { openLog } from "./log.ts";
import type { openPeople } from "./people.ts";
import { storeClock } from "./retention.ts";
import { writeToArchive } from "../storage/clickhouse/write-lately.ts";
import { writeToGovernedStore } from "../storage/postgres/write-lately.ts";
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
      losing: () => losingNrds(stores, keeper, now),
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

/** NRDs that lose more reads than the pack lets pass without a task. */
export function losingNrds(
  { lostReads }: Pick<Stores, "lostReads">,
  { policy }: Pick<PackKeeper, "policy">,
  now: () => number,
): Promise<readonly LosingNrd[]> {
  const { lostReads: atLeast, lostWithinHours } = policy.pack.cameras;
  return lostReads.losing({ since: new Date(now() - lostWithinHours * HOUR_MS), atLeast });
}

const HOUR_MS = 3_600_000;

export interface HealthParts {
  readonly stores: Pick<Stores, "database" | "clickhouse">;
  readonly log: Pick<Awaited<ReturnType<typeof openLog>>, "check">;
  /** What the archive wrote lately, real writes among it. */
  readonly archiveWrites: WrittenLately;
  readonly events: Pick<Events, "readinessChanged">;
  readonly now: () => number;
}

/** What knows whether the archive still writes; `during` is told of its real writes. */
export const openArchiveWrites = ({ clickhouse }: Pick<Stores, "clickhouse">, now: () => number) =>
  new WrittenLately({ write: () => writeToArchive(clickhouse), now });

/** Whether the service may take work: every store answers and wrote lately, and entries can be logged (OPS-1). */
export function openHealth({ stores, log, archiveWrites, events, now }: HealthParts): Health {
  const { database, clickhouse } = stores;
  const governedWrites = new WrittenLately({ write: () => writeToGovernedStore(database), now });
  return new Health(
    [
      {
        name: "governed store",
        check: async () => {
          await database.query("select 1");
          await governedWrites.check();
        },
      },
      {
        name: "archive",
        check: async () => {
          await clickhouse.query("select 1 as one");
          await archiveWrites.check();
        },
      },
      { name: "audit log", check: log.check },
    ],
    { changed: (readiness) => events.readinessChanged(readiness) },
  );
}
