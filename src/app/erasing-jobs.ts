import { forgetBefore } from "../audit/redaction.ts";
import type { Audited } from "../audit/audited.ts";
import type { Job } from "../flow/job.ts";
import { expireLogged } from "../list/expire-logged.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";
import { type ClockGuard, unlessHeld } from "../retention/clock-guard.ts";
import { type Erasable, eraseLogged } from "../retention/erase-logged.ts";
import {
  casesOfAuthorities,
  endedEntries,
  pastTheLog,
  quarantined,
  vehiclesAskedFor,
  waitingImages,
} from "./erasable.ts";
import type { Stores } from "./stores.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface ErasingParts {
  /** The pack in force. */
  readonly pack: () => PolicyPack;
  readonly stores: Stores;
  readonly audited: Audited;
  readonly clock: Pick<ClockGuard, "held">;
  /** Names in reviews and findings. */
  readonly names: Erasable;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * What goes by a clock of its own beside the days of reads (RET-9): by night and at each start, and before anything is served
 * from a backup that was put back.
 */
export const erasingJobs = ({ pack, stores, audited, clock, names, now }: ErasingParts): readonly Job[] => {
  return [
    {
      name: "quarantine-expiry",
      when: "*/30 * * * *",
      atStart: true,
      work: unlessHeld(clock, async () => {
        const before = now() - pack().retention.quarantineDays * DAY_MS;
        return `${await eraseLogged(audited, quarantined(stores), before)} reads discarded`;
      }),
    },
    {
      name: "erasing",
      when: "37 0 * * *",
      atStart: true,
      work: unlessHeld(clock, async () => {
        const before = now() - pack().retention.deleteAfterDays * DAY_MS;
        const day = new Date(before).toISOString().slice(0, 10);
        const counts = (await stores.refusals.forget(day)) + (await stores.lostReads.forget(day));
        const enquiries = await eraseLogged(audited, vehiclesAskedFor(stores), before);
        const cases = await eraseLogged(audited, casesOfAuthorities(stores), before);
        const entries = await eraseLogged(audited, endedEntries(stores), before);
        const logged = await forgetBefore(stores.audit, audited, before, "vehicles");
        return (
          `${counts} counts of refusals deleted, ${enquiries} enquiries and ${logged} entries of the log without their VRM, ` +
          `${cases} authorities without their case, ${entries} ended entries of lists without their vehicle`
        );
      }),
    },
    {
      name: "redaction",
      when: "51 0 * * *",
      atStart: false,
      work: unlessHeld(clock, async () => {
        const before = new Date(now());
        before.setUTCFullYear(before.getUTCFullYear() - pack().audit.keepYears);
        const entries = await forgetBefore(stores.audit, audited, before.getTime(), "age");
        const forgotten = await eraseLogged(audited, names, before.getTime());
        let past = 0;
        for (const one of pastTheLog(stores)) past += await eraseLogged(audited, one, before.getTime());
        return `${entries} entries of the log redacted, ${forgotten} names in reviews and findings erased, ${past} records of people gone`;
      }),
    },
    {
      name: "late-image-expiry",
      when: "* * * * *",
      atStart: true,
      work: unlessHeld(clock, async () => {
        const before = now() - pack().retention.pendingImageHours * HOUR_MS;
        return `${await eraseLogged(audited, waitingImages(stores), before)} images discarded`;
      }),
    },
    {
      name: "list-expiry",
      when: "* * * * *",
      atStart: true,
      work: unlessHeld(
        clock,
        async () => `${await expireLogged(audited, stores.lists, now())} entries expired`,
      ),
    },
    // After all that leaves pages to write.
    {
      name: "page-rewriting",
      when: "7 1 * * *",
      atStart: false,
      work: async () => {
        const left = await stores.pages.rewrite();
        if (left.length === 0) return "no page holds what was erased";
        throw new Error(
          `Pages still hold what was erased: ${left.map(({ table, why }) => `${table} (${why})`).join(", ")}`,
        );
      },
    },
  ];
};
