import type { Nrd } from "../../read/nrd.ts";
import type { SetAsideRead } from "../intake-stores.ts";
import type { QuarantineCode } from "../outcome.ts";

export type QuarantineState = "held" | "released" | "discarded";

/** A read kept apart, without its images. */
export interface Quarantined {
  readonly id: string;
  readonly received: Date;
  readonly code: QuarantineCode;
  readonly detail: string;
  readonly source: { readonly id: number; readonly name: string; readonly organisation: number };
  /** How the message named its NRD; empty once discarded. */
  readonly nrd: string;
  /** As sent; empty once discarded. */
  readonly vrm: string;
  readonly captured: Date;
  readonly images: readonly ("patch" | "overview")[];
  readonly state: QuarantineState;
  readonly decidedBy: number | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
  /** The read it became when it was released. */
  readonly readId: string | null;
}

/** What releasing needs: the capture as decoded, images included, and when it came. */
export interface HeldCapture {
  readonly capture: SetAsideRead["capture"];
  /** Epoch ms. */
  readonly received: number;
  readonly source: number;
}

/** The place where reads wait that may not be mixed with good data (READ-4). */
export interface Quarantine {
  /** Keeps reads apart; ids in the order given. The same read held again has the id it had. Durable when it resolves. */
  hold(setAside: readonly SetAsideRead[]): Promise<readonly string[]>;
  /** Newest first; `before` is the id at which the page before ended. */
  list(query: {
    state?: QuarantineState;
    code?: string;
    organisation?: number;
    /** Captured at this moment (epoch ms) or later. */
    since?: number;
    /** Reads of NRDs named like this are left out. */
    withheldNrds?: readonly string[];
    before?: string;
    limit: number;
  }): Promise<readonly Quarantined[]>;
  /** How many wait for a decision. */
  held(): Promise<number>;
  byId(id: string): Promise<Quarantined | undefined>;
  /** Undefined when there is none, or when it was discarded and so forgotten. */
  capture(id: string): Promise<HeldCapture | undefined>;
  image(id: string, kind: "patch" | "overview"): Promise<Buffer | undefined>;
  /**
   * Marks a held read as released, after the archive has it. Again with the same read id is nothing.
   * @throws Problem NOT_FOUND, CONFLICT when it was decided otherwise, INPUT_INVALID without a reason
   */
  markReleased(id: string, decided: { by: number; reason: string; readId: string }): Promise<Quarantined>;
  /** Marks a held read as discarded and forgets what it said and its images. @throws as `markReleased` */
  markDiscarded(id: string, decided: { by: number; reason: string }): Promise<Quarantined>;
  /** Discards what was received before a moment (epoch ms) and still waits; answers how many. */
  expire(receivedBefore: number): Promise<number>;
  /** How many that call would discard. */
  toExpire(receivedBefore: number): Promise<number>;
}

/** How often a source was refused with a code on a day, and one example. */
export interface RefusalCount {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly source: number;
  readonly code: string;
  readonly count: number;
  /** Text of one refused element, shortened by whoever counts. */
  readonly sample: string;
  readonly sampleAt: Date;
  /** When the first of that day came. */
  readonly firstAt: Date;
}

export interface RefusalStore {
  /** Adds to the counts; the newest sample stays. Day, source and code are distinct within one call. */
  add(counts: readonly RefusalCount[]): Promise<void>;
  /** Forgets the counts of days before this one (`YYYY-MM-DD`, UTC); answers how many. */
  forget(before: string): Promise<number>;
  /** Newest day first. */
  since(day: string): Promise<readonly RefusalCount[]>;
}

/** An NRD reference as one text, the same for the same device however the object was made. */
export function referenceText(nrd: SetAsideRead["capture"]["nrd"]): string {
  switch (nrd.kind) {
    case "identity":
      return `${nrd.feed}/${nrd.source}/${nrd.camera}`;
    case "id":
      return `#${nrd.id}`;
    case "device":
      return nrd.key;
  }
}

/** Every text under which a message can have named an NRD. */
export function referencesTo(nrd: Nrd): readonly string[] {
  const { id, deviceKey } = nrd;
  const named: SetAsideRead["capture"]["nrd"][] = [
    { kind: "identity", feed: nrd.feed, source: nrd.source, camera: nrd.camera },
    { kind: "id", id },
  ];
  if (deviceKey !== null) named.push({ kind: "device", key: deviceKey });
  return named.map(referenceText);
}

/** The reference that `referenceText` wrote. */
export function referenceOf(text: string): SetAsideRead["capture"]["nrd"] {
  const id = /^#(\d+)$/.exec(text);
  if (id !== null) return { kind: "id", id: Number(id[1]) };
  const triple = /^(\d+)\/(\d+)\/(\d+)$/.exec(text);
  if (triple === null) return { kind: "device", key: text };
  return { kind: "identity", feed: Number(triple[1]), source: Number(triple[2]), camera: Number(triple[3]) };
}
