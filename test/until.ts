import { vi } from "vitest";

/** Longer than anything takes that comes at all, on a slow and busy machine. */
const PATIENCE_MS = 30_000;

/**
 * Tries until an attempt does not throw, and answers what it answered. What never comes fails with the attempt's own last
 * error. A test waits like this, or with `expect.poll`, and never for a time to pass.
 */
export const until = <T>(attempt: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 50 });
