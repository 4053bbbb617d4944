import { parseReadId, type Read, type ReadKey } from "../archive/read.ts";
import { Problem } from "../errors.ts";
import { alertAudienceOf } from "../estate/alert-audience.ts";
import type { Decoded, Note } from "../read/capture.ts";
import type { Nrd } from "../read/nrd.ts";
import { hasMoreToSay, imageAdded, imageBytesOf, imageKinds, imagesOf } from "./images-of.ts";
import { newPassage, type Passage, type Step } from "./passage.ts";
import { joinedRead, keyOf, readIdOf, sameVehicle } from "./passage-key.ts";
import { judge } from "./pipeline.ts";
import { withNotes, type Outcome, type QuarantineCode } from "./outcome.ts";
import type { FeedSource } from "../source/feed-source.ts";
import { asRead } from "./as-read.ts";
import { keepImages } from "./keep-images.ts";
import { allButRefused, allEnded } from "./all-but-refused.ts";
import type { Claim, RecentReads } from "./recent-reads.ts";
import type { IntakeStores, NewImage, StoredRead } from "./intake-stores.ts";

export interface IntakeLimits {
  readonly maxReadsInFlight: number;
  readonly maxImageBytesInFlight: number;
  /** One image; a larger one is made smaller or left out. */
  readonly imageBytes: number;
  /** Older than this at receipt, a read raises no live alert (policy pack), ms. */
  readonly liveAlertWithinMs: number;
}

/** How a read that a person lets out of quarantine differs from one that just came. */
export interface Release {
  /** The objection that no longer counts. */
  readonly waived?: QuarantineCode;
  /** When it was first received, epoch ms. */
  readonly received?: number;
}

/** A read that passed, waiting to become durable. */
interface Accepted {
  readonly index: number;
  readonly passage: Passage;
  readonly slot: number;
  n: number;
}

interface SetAside {
  readonly index: number;
  readonly passage: Passage;
  readonly code: QuarantineCode;
  readonly detail: string;
}

/** One call's elements, told apart. */
interface Sorted {
  readonly outcomes: (Outcome | undefined)[];
  readonly accepted: Accepted[];
  readonly unsure: Accepted[];
  readonly repeats: { readonly index: number; readonly passage: Passage; readonly ticket: number }[];
  readonly setAside: SetAside[];
}

const BUSY_RETRY_SECONDS = 2;

/**
 * Takes decoded messages, judges each read, and answers after everything that must be kept is durable: the read in the
 * archive, its images, its hits, or its place in quarantine.
 *
 * The order, and what a crash at each line means: nothing is acknowledged before the end, so a sender repeats what it has no
 * answer for; a repeat is recognised by the archive, and its hits are raised again under the same identity.
 */
export class Intake {
  readonly #steps: readonly Step[];
  readonly #recent: RecentReads;
  readonly #stores: IntakeStores;
  readonly #limits: IntakeLimits;
  readonly #now: () => number;
  readonly #tickets = new Map<number, Promise<void>>();
  readonly #working = new Set<Promise<unknown>>();
  #lastTicket = 0;
  #reads = 0;
  #imageBytes = 0;
  #closing = false;

  constructor(
    steps: readonly Step[],
    recent: RecentReads,
    stores: IntakeStores,
    limits: IntakeLimits,
    now: () => number = Date.now,
  ) {
    this.#steps = steps;
    this.#recent = recent;
    this.#stores = stores;
    this.#limits = limits;
    this.#now = now;
  }

  /** Reads accepted but not yet answered for. */
  get inFlight(): number {
    return this.#reads;
  }

  /**
   * Judges and stores elements in the order given; one bad element never harms its neighbours, and a bad image never its
   * read. A repeat with an image gives it to the read that has none (READ-2, READ-3).
   * @throws Problem ARCHIVE_BUSY before anything is accepted, or when a store failed and the sender must repeat.
   */
  async take(
    elements: readonly Decoded[],
    source: FeedSource,
    release: Release = {},
  ): Promise<readonly Outcome[]> {
    const imageBytes = elements.reduce((bytes, element) => bytes + imageBytesOf(element), 0);
    this.#requireRoom(elements.length, imageBytes);
    this.#reads += elements.length;
    this.#imageBytes += imageBytes;
    const work = this.#workNoted(elements, source, release);
    this.#working.add(work);
    try {
      const outcomes = await work;
      // A person who lets one through again loses the camera nothing.
      if (release.waived === undefined) this.#stores.noteRefusals(source, elements, outcomes);
      return outcomes;
    } finally {
      this.#working.delete(work);
      this.#reads -= elements.length;
      this.#imageBytes -= imageBytes;
    }
  }

  /** Resolves when everything that is in flight now is answered. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#working);
  }

  /** Refuses new work and resolves when everything in flight is answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#working);
  }

  /** The work between the images that come in and what there is to say of them. */
  async #workNoted(
    elements: readonly Decoded[],
    source: FeedSource,
    release: Release,
  ): Promise<readonly Outcome[]> {
    const kept = await keepImages(elements, this.#limits.imageBytes);
    const outcomes = await this.#work(kept, source, release);
    if (!kept.some(hasMoreToSay)) return outcomes;
    const added = await this.#addToRepeats(kept, outcomes);
    return outcomes.map((outcome, index) => {
      const element = kept[index] as Decoded;
      const noted = "capture" in element ? withNotes(outcome, element.notes) : outcome;
      return withNotes(noted, added.get(index));
    });
  }

  /** A repeat may bring an image that its read lacks; what is added is noted, by the place of the element. */
  async #addToRepeats(
    elements: readonly Decoded[],
    outcomes: readonly Outcome[],
  ): Promise<ReadonlyMap<number, readonly Note[]>> {
    const notes = new Map<number, readonly Note[]>();
    for (const [index, outcome] of outcomes.entries()) {
      const element = elements[index] as Decoded;
      if (outcome.verdict !== "duplicate" || !("capture" in element)) continue;
      const images = imagesOf(parseReadId(outcome.readId) as ReadKey, element.capture);
      if (images.length === 0) continue;
      const added = await this.#stores.addImages(images).catch(notStored);
      notes.set(index, added.map(imageAdded));
    }
    return notes;
  }

  async #work(
    elements: readonly Decoded[],
    source: FeedSource,
    release: Release,
  ): Promise<readonly Outcome[]> {
    const ticket = this.#nextTicket();
    const sorted = this.#sort(elements, source, release, ticket);
    const landing = this.#land(sorted);
    // Repeats elsewhere wait for the rows to land, never for the repeats of this call: two calls cannot wait on each other.
    this.#tickets.set(ticket, landing.then(ignore, ignore));
    try {
      await landing;
    } finally {
      this.#tickets.delete(ticket);
    }
    await this.#awaitRepeats(sorted, ticket, source, release);
    return sorted.outcomes as Outcome[];
  }

  /** Judges every element and tells new reads from repeats; synchronous, so that no other call comes between. */
  #sort(elements: readonly Decoded[], source: FeedSource, release: Release, ticket: number): Sorted {
    const received = release.received ?? this.#now();
    const sorted: Sorted = {
      outcomes: Array.from<Outcome | undefined>({ length: elements.length }),
      accepted: [],
      unsure: [],
      repeats: [],
      setAside: [],
    };
    const { outcomes, setAside } = sorted;
    for (let index = 0; index < elements.length; index++) {
      const element = elements[index] as Decoded;
      if ("refusal" in element) {
        outcomes[index] = { verdict: "refused", ...element.refusal };
        continue;
      }
      const passage = newPassage(element.capture, source, received);
      const objection = judge(this.#steps, passage, release.waived ?? null);
      if (objection?.verdict === "refused") outcomes[index] = objection;
      else if (objection) setAside.push({ index, passage, code: objection.code, detail: objection.detail });
      else this.#claim(index, passage, ticket, sorted);
    }
    return sorted;
  }

  async #land(sorted: Sorted): Promise<void> {
    const { accepted, unsure, setAside, outcomes } = sorted;
    try {
      if (unsure.length > 0) await this.#askArchive(sorted);
      const unstored = allButRefused(accepted, outcomes, (some) => this.#store(some, outcomes));
      const unheld = allButRefused(setAside, outcomes, (some) => this.#hold(some, outcomes));
      await allEnded([unstored, unheld]);
    } catch (cause) {
      for (const { slot } of [...accepted, ...unsure]) this.#recent.settle(slot, false);
      notStored(cause);
    }
    for (const { slot, index } of accepted) this.#recent.settle(slot, outcomes[index]?.verdict !== "refused");
  }

  #claim(index: number, passage: Passage, ticket: number, into: Sorted): void {
    const claim = this.#claimFor(passage, ticket);
    switch (claim.kind) {
      case "new":
        into.accepted.push({ index, passage, slot: claim.slot, n: claim.n });
        break;
      case "unsure":
        into.unsure.push({ index, passage, slot: claim.slot, n: claim.n });
        break;
      case "stored":
        into.outcomes[index] = duplicate(passage, claim.n);
        break;
      case "crowded":
        into.setAside.push(crowded(index, passage));
        break;
      case "in-flight":
        into.repeats.push({ index, passage, ticket: claim.ticket });
        break;
    }
  }

  #claimFor(passage: Passage, ticket: number): Claim {
    const { capture, nrd } = passage;
    const text = passage.vrm ?? `?${capture.vrm}`;
    return this.#recent.claim((nrd as { id: number }).id, capture.captured, text, ticket);
  }

  /** Late reads that the memory does not cover: one question to the archive tells repeats from new ones. */
  async #askArchive({ unsure, accepted, setAside, outcomes }: Sorted): Promise<void> {
    const stored = new Map<string, StoredRead[]>();
    for (const read of await this.#stores.existing(unsure.map(({ passage }) => keyOf(passage)))) {
      const id = `${read.nrd}-${read.captured}`;
      stored.set(id, [...(stored.get(id) ?? []), read]);
    }
    const repeated: Accepted[] = [];
    for (const candidate of unsure) {
      const there = stored.get(readIdOf(candidate.passage, 0)) ?? [];
      const same = there.find((read) => sameVehicle(read, candidate.passage));
      if (!same) {
        if (this.#renumber(candidate, there)) accepted.push(candidate);
        else setAside.push(crowded(candidate.index, candidate.passage));
        continue;
      }
      candidate.n = same.n;
      this.#recent.confirm(candidate.slot, candidate.n);
      outcomes[candidate.index] = duplicate(candidate.passage, same.n);
      repeated.push(candidate);
    }
    // A crash after the row and before its hits: raising again under the same identity changes nothing that is there.
    await Promise.all(repeated.map(async ({ passage, n }) => this.#raiseHits(passage, asRead(passage, n))));
    for (const { slot } of repeated) this.#recent.settle(slot, true);
  }

  /** Gives a new read a number that no other vehicle in the archive has; false when all are taken. */
  #renumber(candidate: Accepted, there: readonly StoredRead[]): boolean {
    const taken = there.map(({ n }) => n);
    if (!taken.includes(candidate.n)) return true;
    const free = this.#recent.renumber(candidate.slot, keyOf(candidate.passage), taken);
    candidate.n = free ?? candidate.n;
    if (free === null) this.#recent.settle(candidate.slot, false);
    return free !== null;
  }

  /** Alerts go out at once; the rows and images are written beside them; the answer waits for all (first promise). */
  async #store(accepted: readonly Accepted[], outcomes: (Outcome | undefined)[]): Promise<void> {
    if (accepted.length === 0) return;
    const reads = accepted.map(({ passage, n }) => asRead(passage, n));
    const images: NewImage[] = [];
    const raised: Promise<void>[] = [];
    accepted.forEach(({ passage }, i) => {
      const read = reads[i] as Read;
      images.push(...imagesOf(read, passage.capture));
      const raising = this.#raiseHits(passage, read);
      if (raising) raised.push(raising);
    });
    await allEnded([this.#stores.write(reads, images), ...raised]);
    await this.#stores.joinLateImages(accepted.map(({ passage, n }) => joinedRead(passage, n)));
    accepted.forEach(({ index }, i) => {
      outcomes[index] = { verdict: "stored", readId: (reads[i] as Read).id };
    });
  }

  #raiseHits(passage: Passage, read: Read): Promise<void> | undefined {
    const { vrm, nrd, captured } = read;
    if (vrm === null || passage.position === null) return undefined;
    // Nobody knows when the vehicle was there: no officer is sent after a guess (READ-8).
    if (read.timeQuality === "receive-fallback") return undefined;
    // Not from when it was received: a read let out of quarantine weeks later is no live alert.
    if (this.#now() - captured > this.#limits.liveAlertWithinMs) return undefined;
    const entries = this.#stores.match({ vrm, nrd, captured, position: passage.position });
    if (entries.length === 0) return undefined;
    const audience = alertAudienceOf(passage.nrd as Nrd);
    if (audience === "nobody") return undefined;
    const onlyFor = audience === "everybody" ? null : audience.organisation;
    return this.#stores.raise(read, entries, imageKinds(passage.capture), onlyFor);
  }

  async #hold(setAside: readonly SetAside[], outcomes: (Outcome | undefined)[]): Promise<void> {
    if (setAside.length === 0) return;
    const ids = await this.#stores.hold(
      setAside.map(({ passage, code, detail }) => ({ ...passage, code, detail })),
    );
    setAside.forEach(({ index, code }, i) => {
      outcomes[index] = { verdict: "quarantined", code, quarantineId: ids[i] as string };
    });
  }

  /** The first copy is still being written elsewhere: wait for it, then offer the repeat again as if it came now. */
  async #awaitRepeats(
    { repeats, outcomes }: Sorted,
    ticket: number,
    source: FeedSource,
    release: Release,
  ): Promise<void> {
    for (const { index, passage, ticket: holder } of repeats) {
      if (holder !== ticket) await this.#tickets.get(holder);
      const claim = this.#claimFor(passage, ticket);
      if (claim.kind === "stored") {
        outcomes[index] = duplicate(passage, claim.n);
        continue;
      }
      if ("slot" in claim) this.#recent.settle(claim.slot, false);
      const [outcome] = await this.#work([{ capture: passage.capture }], source, release);
      outcomes[index] = outcome;
    }
  }

  #requireRoom(reads: number, imageBytes: number): void {
    const { maxReadsInFlight, maxImageBytesInFlight } = this.#limits;
    if (this.#closing)
      throw new Problem("NOT_READY", "The service is stopping.", { retryAfter: BUSY_RETRY_SECONDS });
    const room =
      this.#reads + reads <= maxReadsInFlight && this.#imageBytes + imageBytes <= maxImageBytesInFlight;
    if (room || this.#reads === 0) return;
    throw new Problem(
      "ARCHIVE_BUSY",
      `${this.#reads} reads are waiting to become durable. Send these again shortly.`,
      {
        retryAfter: BUSY_RETRY_SECONDS,
      },
    );
  }

  #nextTicket(): number {
    this.#lastTicket = (this.#lastTicket % 0xfffffffe) + 1;
    return this.#lastTicket;
  }
}

const ignore = (): void => {};

const crowded = (index: number, passage: Passage): SetAside => ({
  index,
  passage,
  code: "CLOCK_SKEW",
  detail: "More reads in one millisecond than one camera can make: its clock has stopped or is wrong.",
});

const duplicate = (passage: Passage, n: number): Outcome => ({
  verdict: "duplicate",
  readId: readIdOf(passage, n),
});

function notStored(cause: unknown): never {
  throw new Problem("ARCHIVE_BUSY", "The reads could not be stored. Nothing is lost: send them again.", {
    retryAfter: BUSY_RETRY_SECONDS,
    cause,
  });
}
