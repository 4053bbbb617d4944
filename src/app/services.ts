import { AuthorityDesk } from "../authority/authorities.ts";
import { HitDesk } from "../hit/hits.ts";
import { ListDesk } from "../list/lists.ts";
import { NrdDesk } from "../estate/nrds.ts";
import { PolicyDesk } from "../policy/packs.ts";
import { QuarantineDesk } from "../ingest/quarantine/quarantined-reads.ts";
import { ReaderRemit } from "../estate/nrd-access.ts";
import { RetentionDesk } from "../retention/deletions.ts";
import { readImages } from "../archive/read-images.ts";
import { EnquiryDesk } from "../enquiry/enquiries.ts";
import type { EstateIndex } from "../estate/estate-index.ts";
import { hitReadFacts } from "../hit/hit.ts";
import type { HitOutbox } from "../hit/outbox.ts";
import type { FeedSources } from "../ingest/feed-sources.ts";
import type { Intake } from "../ingest/intake.ts";
import type { Events } from "../observe/events.ts";
import type { PackKeeper } from "../policy/pack-keeper.ts";
import type { Retention } from "../retention/retention.ts";
import { openAuditors } from "./oversight.ts";
import type { Stores } from "./stores.ts";

export interface DeskParts {
  readonly stores: Stores;
  readonly keeper: PackKeeper;
  readonly nrds: EstateIndex;
  readonly feedSources: FeedSources;
  readonly outbox: HitOutbox;
  readonly intake: Intake;
  readonly retention: Retention;
  readonly events: Events;
  readonly now: () => number;
  /** The demo's estate imports the readers of every organisation. */
  readonly demo: boolean;
}

/** The desks of reads, hits, lists, readers, authorities, retention, policy and the log: the same for API and pages. */
export function openDesks({
  stores,
  keeper,
  nrds,
  feedSources,
  outbox,
  intake,
  retention,
  events,
  now,
  demo,
}: DeskParts) {
  const { policy } = keeper;
  const images = readImages({ index: stores.imageIndex, vault: stores.vault });
  const enquiries = new EnquiryDesk({
    policy,
    authorities: stores.authorities,
    book: stores.enquiries,
    audit: stores.audit,
    reads: stores.reads,
    images,
    nrds,
    hitOf: async (readId, organisation) => {
      const [hit] = await stores.hits.ofRead(readId, organisation);
      return hit && hitReadFacts(hit, nrds.taggedReader(hit.site.nrd));
    },
    now,
  });
  const authorities = new AuthorityDesk({
    book: stores.authorityLife,
    policy,
    audit: stores.audit,
    people: stores.people,
    nrds,
    now,
  });
  const readers = new ReaderRemit(policy, nrds, now);
  const hits = new HitDesk({
    book: stores.hits,
    outbox,
    images,
    policy,
    readers,
    nrds,
    audit: stores.audit,
    events,
    now,
  });
  const lists = new ListDesk(stores.lists, stores.audit);
  const nrdDesk = new NrdDesk({
    register: stores.nrds,
    organisations: stores.organisations,
    audit: stores.audit,
    policy,
    now,
    nationalImport: demo,
  });
  const quarantine = new QuarantineDesk({
    book: stores.quarantine,
    source: (id) => feedSources.byId(id),
    intake,
    readers,
    nrds,
    audit: stores.audit,
    events,
    keptDays: () => policy.pack.retention.quarantineDays,
    accessMonths: () => policy.pack.retention.accessMonths,
    now,
  });
  const retentionDesk = new RetentionDesk({
    retention,
    receipts: (page) => stores.receipts.list(page),
    accessMonths: () => policy.pack.retention.accessMonths,
    audit: stores.audit,
    events,
    now,
  });
  const auditors = openAuditors({
    database: stores.database,
    audit: stores.audit,
    organisations: stores.organisations,
    pack: () => policy.pack,
    now,
  });
  return {
    hits,
    lists,
    nrds: nrdDesk,
    quarantine,
    enquiries,
    authorities,
    retention: retentionDesk,
    policy: new PolicyDesk({ keeper, book: stores.policyPacks, audit: stores.audit, now }),
    auditors,
  };
}
