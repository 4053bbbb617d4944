import { Entries } from "../oversight/entries.ts";
import { Findings } from "../oversight/findings.ts";
import { Samples } from "../oversight/samples.ts";
import { service } from "../audit/actor.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Audited } from "../audit/audited.ts";
import { drawMonth, monthBefore } from "../oversight/draw-month.ts";
import { drawRechecks } from "../oversight/draw-rechecks.ts";
import type { OrganisationStore } from "../identity/organisations/organisation.ts";
import type { Job } from "../flow/job.ts";
import type { Database } from "../storage/postgres/database.ts";
import { PostgresAuditFigures } from "../storage/postgres/oversight/audit-figures.ts";
import { PostgresAuditNeighbours } from "../storage/postgres/oversight/audit-neighbours.ts";
import { PostgresAuditWorkNames } from "../storage/postgres/oversight/audit-work-names.ts";
import { PostgresFindingStore } from "../storage/postgres/oversight/finding-store.ts";
import { PostgresLogStore } from "../storage/postgres/audit/log-store.ts";
import { PostgresSampleStore } from "../storage/postgres/oversight/sample-store.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

/** Months that the job looks back, for one during which the service was down when its day came. */
const MONTHS_BACK = 3;

export interface AuditorsParts {
  readonly database: Database;
  readonly log: Pick<AuditLog, "find" | "from">;
  readonly audited: Audited;
  readonly organisations: Pick<OrganisationStore, "all">;
  /** The numbers in force now. */
  readonly pack: () => PolicyPack;
  readonly now: () => number;
}

/** Opens what auditors work with: search, samples, findings and charts, and the job that draws (AUD-3 to AUD-6). */
export function openAuditors({ database, log, audited, organisations, pack, now }: AuditorsParts) {
  const samples = new PostgresSampleStore(database);
  const findings = new PostgresFindingStore(database);
  const entries = new Entries({
    log,
    audited,
    published: new PostgresLogStore(database),
    neighbours: new PostgresAuditNeighbours(database),
    figures: new PostgresAuditFigures(database),
    organisations,
  });
  const numbers = () => {
    const { audit: share, access, enquiry } = pack();
    return { ...share, ordinaryDays: access.ordinaryDays, manyReads: enquiry.pageLimit };
  };
  const findingDays = () => pack().audit.findingDays;
  const draw = { store: samples, audited, numbers, now };
  return {
    log: entries,
    samples: new Samples({
      ...draw,
      log,
      entries,
      checklist: () => pack().audit.checklist,
      findingDays,
    }),
    findings: new Findings({
      store: findings,
      owners: (organisation, roles) => findings.owners(organisation, roles),
      log,
      audited,
      findingDays,
      now,
    }),
    names: new PostgresAuditWorkNames(database),
    drawing: {
      name: "audit-sampling",
      // Every day: what the 1st could not draw, the 2nd does.
      when: "17 1 * * *",
      atStart: true,
      work: async () => {
        let drawn = 0;
        const by = service("audit-sampling");
        for (let back = MONTHS_BACK; back >= 1; back--)
          drawn += (await drawMonth(draw, monthBefore(now(), back), by)).length;
        return `${drawn} samples drawn, ${await drawRechecks(draw)} reviews to be checked again`;
      },
    } satisfies Job,
  };
}
