import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../src/project-root.ts";

it.each(["thrown", "rejected"])("an error that nobody owns (%s) is one fatal line and the end", (how) => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--import", "tsx", join(projectRoot, "test/app/unowned-error-process.ts"), how],
    { cwd: projectRoot, encoding: "utf8", timeout: 60_000 },
  );
  expect(status).toBe(1);
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 60, event: "unowned-error" });
});
