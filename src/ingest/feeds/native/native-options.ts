import type { FeedLimits } from "../protocol.ts";

/** What decoding one element may report beside its result. */
export interface NativeOptions {
  readonly limits: FeedLimits;
  /** Called for each element that carries a speed, which is never kept (READ-10). */
  readonly onSpeed: () => void;
}
