import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../project-root.ts";
import { installChromium } from "../chromium.ts";
import { testFiles } from "./test-files.ts";

const bin = (name: string): string => join(projectRoot, "node_modules/.bin", name);

/** The checks that come before the tests; each counts as one. */
const CHECKS: readonly { name: string; command: readonly string[] }[] = [
  { name: "format", command: [bin("oxfmt"), "--check", "."] },
  { name: "lint", command: [bin("oxlint"), "--type-aware", "--deny-warnings"] },
  { name: "types", command: [bin("tsc"), "--noEmit"] },
  { name: "types of browser code", command: [bin("tsc"), "--noEmit", "-p", "src/web/islands"] },
  { name: "unused code", command: [bin("knip")] },
];

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Runs every check and test; with a noun, or a part of a path, only the test files of it. Ends with `N passed, N failed`.
 */
export async function test(argv: readonly string[]): Promise<number> {
  const { patterns, unknown } = testFiles(argv, everyTestFile());
  if (unknown.length > 0) {
    console.error(`No test file answers to ${unknown.join(", ")}.`);
    return 1;
  }
  const total: Tally = { passed: 0, failed: 0, skipped: 0 };
  installChromium();
  if (argv.length === 0) {
    for (const { name, command } of CHECKS) {
      const code = await run(command);
      console.log(`${code === 0 ? "ok  " : "FAIL"} ${name}`);
      total[code === 0 ? "passed" : "failed"]++;
    }
  }
  const tests = await runTests(patterns);
  total.passed += tests.passed;
  total.failed += tests.failed;
  total.skipped += tests.skipped;
  if (total.skipped > 0)
    console.log(`\n${total.skipped} tests were skipped; the lines marked SKIPPED above say why.`);
  console.log(
    `\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`,
  );
  return total.failed === 0 ? 0 : 1;
}

const everyTestFile = (): readonly string[] =>
  ["src", "test", "tools"].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  );

async function runTests(patterns: readonly string[]): Promise<Tally> {
  const report = join(tmpdir(), `waywarden-test-${process.pid}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run([bin("vitest"), "run", ...reporters, ...patterns]);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const result = JSON.parse(readFileSync(report, "utf8")) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numFailedTestSuites: number;
  };
  rmSync(report);
  const failed = result.numFailedTests + (result.numFailedTests === 0 ? result.numFailedTestSuites : 0);
  const nothingRan = result.numPassedTests === 0;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && (code !== 0 || nothingRan) ? 1 : failed,
    skipped: result.numPendingTests,
  };
}

const run = (command: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const [file, ...args] = command as [string, ...string[]];
    const child = spawn(file, args, { cwd: projectRoot, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
