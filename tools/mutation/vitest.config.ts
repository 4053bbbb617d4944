import { defineConfig } from "vitest/config";

/** The tests that a mutation run asks: those of the pure files, which need no store and no browser. */
export default defineConfig({
  test: {
    include: ["src/{policy,audit,retention,match}/**/*.test.ts"],
    // The first is over the real archive, whose engine takes no worker threads; the others weigh a whole pack for seconds each.
    exclude: [
      "src/retention/retention.test.ts",
      "src/policy/pack.test.ts",
      "src/policy/decision-table.test.ts",
    ],
    pool: "forks",
    testTimeout: 60_000,
  },
});
