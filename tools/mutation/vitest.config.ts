import { defineConfig } from "vitest/config";

/** The tests that a mutation run asks: those of the pure files, which need no store and no browser. */
export default defineConfig({
  test: {
    include: ["src/{policy,audit,retention,match}/**/*.test.ts"],
    // Over the real archive, whose engine takes no worker threads.
    exclude: ["src/retention/retention.test.ts"],
    pool: "forks",
    testTimeout: 60_000,
  },
});
