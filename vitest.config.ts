import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tools/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["src/web/islands/**", "node_modules/**"],
    pool: "forks",
    maxWorkers: 2,
    // Two cores run browsers, databases and tests at once; a browser may miss its moment there, once.
    retry: process.env["CI"] === undefined ? 0 : 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
