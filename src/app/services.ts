import type { Audited } from "../audit/audited.ts";
import { Authorities } from "../authority/authorities.ts";
import { inHandSince, isInHand } from "../hit/in-hand.ts";
import { Hits } from "../hit/hits.ts";
import { Lists } from "../list/lists.ts";
import { Nrds } from "../estate/nrds.ts";
import { registerSeenBy } from "../estate/register-view.ts";
import { Packs } from "../policy/packs.ts";
import { QuarantinedReads } from "../ingest/quarantine/quarantined-reads.ts";
import { NrdAccess } from "../estate/nrd-access.ts";
import { Deletions } from "../retention/deletions.ts";
import { readImages } from "../archive/read-images.ts";
import { Enquiries } from "../enquiry/enquiries.ts";
import { Reads } from "../enquiry/reads.ts";
import type { EstateIndex } from "../estate/estate-index.ts";
import { hitReadFacts } from "../hit/hit.ts";
import type { HitOutbox } from "../hit/outbox.ts";
import type { FeedSources } from "../source/feed-sources.ts";
import { Sources } from "../source/sources.ts";
import { PROTOCOLS } from "../ingest/feeds/registry.ts";
import type { Intake } from "../ingest/intake.ts";
import type { Events } from "../observe/events.ts";
import type { PackKeeper } from "../policy/pack-keeper.ts";
import type { ClockGuard } from "../retention/clock-guard.ts";
import type { Retention } from "../retention/retention.ts";
import { openAuditors } from "./oversight.ts";
import type { Stores } from "./stores.ts";

export interface ServiceParts {
  readonly stores: Stores;
  readonly audited: Audited;
  readonly keeper: PackKeeper;
  readonly nrds: EstateIndex;
  readonly feedSources: FeedSources;
  readonly outbox: HitOutbox;
  readonly intake: Intake;
  /** Writes what this process noted of messages and refusals. */
  readonly noted: () => Promise<void>;
  readonly retention: Retention;
  readonly clock: ClockGuard;
  readonly events: Events;
  readonly now: () => number;
  /** The demo's estate imports the NRDs of every organisation. */
  readonly demo: boolean;
}

/** The services of reads, hits, lists, NRDs, authorities, retention, policy and the log: the same for API and pages. */
export function openServices({
  stores,
  audited,
  keeper,
  nrds,
  feedSources,
  outbox,
  intake,
  noted,
  retention,
  clock,
  events,
  now,
  demo,
}: ServiceParts) {
  const { policy } = keeper;
  const register = {
    seenBy: registerSeenBy(nrds, { policy, now }),
    byId: (id: number) => nrds.byId(id),
    tagged: () => nrds.tagged(),
  };
  const images = readImages({ index: stores.imageIndex, vault: stores.vault });
  const asking = {
    policy,
    authorities: stores.authorities,
    store: stores.enquiries,
    audited,
    reads: stores.reads,
    nrds: register,
    now,
  };
  const enquiries = new Enquiries({ ...asking, events });
  const reads = new Reads({
    ...asking,
    images,
    hitOf: async (readId, organisation) => {
      const since = inHandSince(now(), policy.pack);
      const hit = (await stores.hits.ofRead(readId, organisation)).find((one) => isInHand(one, since));
      return hit && hitReadFacts(hit, nrds.taggedNrd(hit.nrd.id));
    },
  });
  const authorities = new Authorities({
    store: stores.authorityLife,
    policy,
    audited,
    people: stores.people,
    nrds: register,
    now,
  });
  const nrdAccess = new NrdAccess(policy, nrds, now);
  const hits = new Hits({
    store: stores.hits,
    outbox,
    images,
    policy,
    nrdAccess,
    nrds,
    audited,
    lastDay: (person, before) => stores.enquiries.lastDay(person, before),
    events,
    now,
  });
  const lists = new Lists({
    store: stores.lists,
    audited,
    numbers: () => policy.pack,
    readsLike: (pattern, from, to) => stores.reads.countLike(pattern, from, to),
    now,
  });
  const registered = new Nrds({
    register: stores.nrds,
    followers: stores.estateFollowers,
    organisations: stores.organisations,
    people: stores.people,
    audited,
    policy,
    now,
    settle: noted,
    nationalImport: demo,
  });
  const sources = new Sources({
    store: stores.sources,
    organisations: stores.organisations,
    nrds,
    ways: PROTOCOLS,
    audited,
    settle: noted,
    now,
  });
  const quarantine = new QuarantinedReads({
    store: stores.quarantine,
    source: (id) => feedSources.byId(id),
    intake,
    nrdAccess,
    nrds,
    audited,
    events,
    keptDays: () => policy.pack.retention.quarantineDays,
    accessMonths: () => policy.pack.retention.accessMonths,
    now,
  });
  const deletions = new Deletions({
    retention,
    clock,
    confirmations: stores.receipts,
    receipts: (page) => stores.receipts.list(page),
    accessMonths: () => policy.pack.retention.accessMonths,
    audited,
    events,
    now,
  });
  const auditors = openAuditors({
    database: stores.database,
    log: stores.audit,
    audited,
    organisations: stores.organisations,
    pack: () => policy.pack,
    now,
  });
  return {
    hits,
    lists,
    nrds: registered,
    sources,
    quarantine,
    enquiries,
    reads,
    authorities,
    retention: deletions,
    policy: new Packs({ keeper, store: stores.policyPacks, audited, now }),
    auditors,
  };
}
