import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tools/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["src/web/islands/**", "**/node_modules/**"],
    globalSetup: "test/servers/of-the-run.ts",
    pool: "forks",
    maxWorkers: 2,
    // A worker keeps its modules from file to file: loading the whole service again costs more than most tests.
    isolate: false,
    // What a test waits for takes as long as it takes on a slow machine; what never comes fails all the same.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
