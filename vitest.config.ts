import { defineConfig } from "vitest/config";
import { SlowFirst } from "./test/servers/slow-first.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tools/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["src/web/islands/**", "**/node_modules/**"],
    globalSetup: "test/servers/of-the-run.ts",
    pool: "forks",
    // One more than two cores: a test waits for a store or a browser a third of its time.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    // A worker keeps its modules from file to file: loading the whole service again costs more than most tests.
    isolate: false,
    // What a test waits for takes as long as it takes on a slow machine; what never comes fails all the same.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
