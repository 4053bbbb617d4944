import { randomUUID } from "node:crypto";
import { formatReadId } from "../archive/read.ts";
import { fitImages } from "../archive/image-policy.ts";
import { ArchiveWriter } from "../archive/archive-writer.ts";
import type { Settings } from "../config.ts";
import type { EstateIndex } from "../estate/estate-index.ts";
import { EstateLease } from "../estate/estate-lease.ts";
import { HitRaiser } from "../hit/raise.ts";
import type { HitOutbox } from "../hit/outbox.ts";
import { DEFAULT_FEED_LIMITS } from "../ingest/feeds/protocol.ts";
import { Intake } from "../ingest/intake.ts";
import type { IntakeStores } from "../ingest/intake-stores.ts";
import { LateImages } from "../ingest/late-images.ts";
import type { FeedSource } from "../source/feed-source.ts";
import { pipelineSteps } from "../ingest/pipeline.ts";
import { RecentReads, type HighWater } from "../ingest/recent-reads.ts";
import { LostReads } from "../ingest/lost-reads.ts";
import { Refusals } from "../ingest/refusals.ts";
import type { MatchSet } from "../match/match-set.ts";
import type { Events } from "../observe/events.ts";
import type { WrittenLately } from "../observe/written-lately.ts";
import type { Stores } from "./stores.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

/** Slots of each table of recent reads: three of them take 66 MB and remember some 1.9 million reads. */
const RECENT_CAPACITY = 2 ** 20;
/** Of the 256 numbers that tell vehicles of one NRD and millisecond apart, each node has so many. */
export const NUMBERS_A_NODE = 32;
/** Images of one source that may wait for their reads: some 200 MB of overviews. */
const MOST_WAITING_OF_A_SOURCE = 20_000;
const DAY_MS = 86_400_000;
/** How far back the archive is asked, at start, for the last read of each NRD. */
const HIGH_WATER_DAYS = 3;

export interface IntakeParts {
  readonly settings: Settings;
  readonly pack: PolicyPack;
  readonly stores: Stores;
  readonly nrds: EstateIndex;
  readonly matchSet: MatchSet;
  readonly outbox: HitOutbox;
  readonly events: Events;
  readonly archiveWrites: WrittenLately;
  readonly sourceOf: (id: number) => FeedSource | undefined;
  /** Told of images that could not be put beside their reads. */
  readonly imageFailed: (error: unknown) => void;
  /** Told where it could not be said how far this process follows the register. */
  readonly leaseFailed: (error: unknown) => void;
}

/** Everything between a decoded message and its answer. */
export async function openIntake({
  settings,
  pack,
  stores,
  nrds,
  matchSet,
  outbox,
  events,
  archiveWrites,
  sourceOf,
  imageFailed,
  leaseFailed,
}: IntakeParts) {
  // What was judged before the process stood still is not stored after it.
  const lease = new EstateLease({
    index: nrds,
    followers: stores.estateFollowers,
    process: randomUUID(),
    settled: () => intake.settled(),
    failed: leaseFailed,
  });
  const writer = new ArchiveWriter({
    reads: timed(stores.reads, archiveWrites, events, () => lease.requireCurrent()),
    index: stores.imageIndex,
    vault: stores.vault,
    fit: fitImages(pack.images),
  });
  const raiser = new HitRaiser(stores.hits, outbox.wake);
  const refusals = new Refusals(stores.refusals);
  const lostReads = new LostReads(stores.lostReads, nrds);
  const lateImages = new LateImages({
    pending: stores.pendingImages,
    nrds,
    sourceOf,
    readsBetween: (nrd, from, to) => stores.reads.between(nrd, from, to),
    kindsOf: async (read) => (await stores.preserved.imagesOf(read)).map(({ kind }) => kind),
    write: (images) => writer.write([], images),
    joined: ({ nrd, captured, n }, kind) => stores.hits.addImages(formatReadId(nrd, captured, n), [kind]),
    failed: imageFailed,
    now: Date.now,
    limits: { bytesInFlight: settings.maxImageBytesInFlight, waitingOfSource: MOST_WAITING_OF_A_SOURCE },
  });
  await lateImages.start();
  const handOn: IntakeStores = {
    existing: (keys) => stores.reads.existing(keys),
    write: (reads, images) => writer.write(reads, images),
    match: (read) => matchSet.match(read),
    raise: async (read, entries, images, onlyFor) => {
      lease.requireCurrent();
      const { make, model, colour, country } = read;
      const seen = { make, model, colour, country };
      const { id: readId, nrd, captured, received, sent, confidence, lane, direction } = read;
      const hit = {
        readId,
        nrd,
        captured,
        received,
        vrm: read.vrm as string,
        sent,
        confidence,
        lane,
        direction,
        seen,
        images,
        onlyFor,
      };
      await Promise.all(entries.map((entry) => raiser.raise({ ...hit, entry })));
    },
    hold: async (setAside) => {
      lease.requireCurrent();
      return stores.quarantine.hold(setAside);
    },
    joinLateImages: (reads) => lateImages.join(reads),
    addImages: (images) => lateImages.add(images),
    noteRefusals: (source, elements, outcomes) => {
      refusals.note(source.id, elements, outcomes);
      lostReads.note(source, elements, outcomes);
    },
  };
  const recent = new RecentReads(
    RECENT_CAPACITY,
    await highWater(stores),
    settings.node * NUMBERS_A_NODE,
    NUMBERS_A_NODE,
  );
  const steps = pipelineSteps({ ...pack, nrds, fixedMismatchMetres: pack.position.fixedMismatchMetres });
  const intake = new Intake(steps, recent, handOn, {
    maxReadsInFlight: settings.maxReadsInFlight,
    maxImageBytesInFlight: settings.maxImageBytesInFlight,
    imageBytes: DEFAULT_FEED_LIMITS.imageBytes,
    liveAlertWithinMs: pack.time.liveAlertWithinSeconds * 1000,
  });
  await lease.start();
  return { intake, writer, refusals, lostReads, lateImages, lease };
}

async function highWater({ reads }: Stores): Promise<HighWater> {
  const since = Date.now() - HIGH_WATER_DAYS * DAY_MS;
  return { marks: await reads.highWater(since), unknownBefore: since };
}

function timed(
  reads: Stores["reads"],
  writes: WrittenLately,
  events: Events,
  requireCurrent: () => void,
): Pick<Stores["reads"], "insert"> {
  return {
    async insert(rows) {
      if (rows.length === 0) return;
      requireCurrent();
      const started = performance.now();
      await writes.during(() => reads.insert(rows));
      events.groupCommitted({ rows: rows.length, seconds: (performance.now() - started) / 1000 });
    },
  };
}
