import type { Read } from "../archive/read.ts";
import type { Decoded } from "../read/capture.ts";
import type { NrdReference } from "../read/nrd.ts";
import type { Position } from "../read/position.ts";
import type { Outcome, QuarantineCode } from "./outcome.ts";
import type { FeedSource } from "../source/feed-source.ts";
import type { Passage } from "./passage.ts";

/** One image of a read, JPEG. */
export interface NewImage {
  readonly nrd: number;
  readonly captured: number;
  readonly n: number;
  readonly kind: "patch" | "overview";
  readonly jpeg: Buffer;
}

/** What the archive knows of a read when asked whether it has it. */
export interface StoredRead {
  readonly nrd: number;
  readonly captured: number;
  readonly n: number;
  readonly vrm: string | null;
  readonly sent: string;
}

/** A stored read, and how its message named it. */
export interface JoinedRead {
  readonly nrd: number;
  readonly captured: number;
  readonly n: number;
  readonly sent: string;
  readonly source: number;
  readonly reference: NrdReference;
}

/** A passage to be kept apart, and why. */
export type SetAsideRead = Pick<Passage, "capture" | "source" | "received" | "vrm" | "nrd"> & {
  readonly code: QuarantineCode;
  readonly detail: string;
};

/** Everything intake hands on. A resolved promise means durable. */
export interface IntakeStores {
  existing(keys: readonly { nrd: number; captured: number }[]): Promise<readonly StoredRead[]>;
  write(reads: readonly Read[], images: readonly NewImage[]): Promise<void>;
  /** Ids of the list entries that the read matches now. */
  match(read: { vrm: string; nrd: number; captured: number; position: Position }): readonly number[];
  /**
   * Records hits and sets them on their way; the same hit raised twice is one.
   * @param onlyFor the organisation whose lists alone may hear of it; null: any
   */
  raise(
    read: Read,
    entries: readonly number[],
    images: readonly ("patch" | "overview")[],
    onlyFor: number | null,
  ): Promise<void>;
  /** Ids in quarantine, in the order given. */
  hold(setAside: readonly SetAsideRead[]): Promise<readonly string[]>;
  /** Attaches images that arrived before their read. */
  joinLateImages(reads: readonly JoinedRead[]): Promise<void>;
  /** Gives stored reads the images of a kind that they lack; answers which those were. */
  addImages(images: readonly NewImage[]): Promise<readonly NewImage[]>;
  /** Counts what was refused, and what reads were kept without, and keeps a sample. */
  noteRefusals(source: FeedSource, elements: readonly Decoded[], outcomes: readonly Outcome[]): void;
}
