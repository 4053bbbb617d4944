import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeChangedPack } from "../../../test/policy/changed-pack.ts";
import { projectRoot } from "../../project-root.ts";
import { loadPolicyPack, readPolicyPack } from "../pack.ts";
import { packDifference } from "./difference.ts";
import type { PolicyPack } from "../policy-pack.ts";

const shipped = loadPolicyPack(join(projectRoot, "policies/uk"));
const folder = mkdtempSync(join(tmpdir(), "waywarden-changed-pack-"));
let changed: PolicyPack;
beforeAll(() => {
  writeChangedPack(folder);
  changed = loadPolicyPack(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withNumbers = (change: (numbers: Record<string, unknown>) => object): PolicyPack => {
  const numbers = JSON.parse(shipped.texts["numbers.json"]) as Record<string, unknown>;
  return readPolicyPack({ ...shipped.texts, "numbers.json": JSON.stringify(change(numbers), null, 2) });
};

describe("the difference between two packs", () => {
  it("names the sentences that are added, removed and changed, and whether a changed one decides differently", () => {
    const { added, removed, changed: both } = packDifference(shipped, changed);
    expect(added.map(({ name }) => name)).toEqual(["supervisor-sees-charts"]);
    expect(removed.map(({ name }) => name)).toEqual(["organisation-policy-is-current"]);
    expect(both.map(({ name, decides }) => [name, decides])).toEqual([
      ["operator-deals-with-hits", true],
      ["vetting-is-sufficient", false],
    ]);
    expect(both[1]?.after.says).toBe("Whoever enquires is vetted.");
    expect(both[0]?.before.text).toContain("hit.act");
    expect(both[0]?.after.text).not.toContain("hit.act");
  });

  it("names every value under its path, old and new", () => {
    const { numbers } = packDifference(shipped, changed);
    expect(numbers.map(({ path }) => path)).toEqual(["id", "access.ordinaryDays", "access.emptyPhrases"]);
    expect(numbers[1]).toEqual({ path: "access.ordinaryDays", before: 90, after: 60 });
  });

  it("says what the sentences about roles come to", () => {
    expect(packDifference(shipped, changed).permissions).toEqual([
      { action: "hit.act", gain: [], lose: ["operator"] },
      { action: "audit.charts", gain: ["supervisor"], lose: [] },
    ]);
  });

  it("the other way round takes away what was added", () => {
    const { added, removed, numbers } = packDifference(changed, shipped);
    expect(added.map(({ name }) => name)).toEqual(["organisation-policy-is-current"]);
    expect(removed.map(({ name }) => name)).toEqual(["supervisor-sees-charts"]);
    expect(numbers.find(({ path }) => path === "access.ordinaryDays")?.after).toBe(90);
  });

  it("finds a change in one rule of monitoring, and one that is gone, by the rule's name", () => {
    const pack = withNumbers((numbers) => {
      const [first, ...rest] = numbers["monitoring"] as { count: number }[];
      return { ...numbers, monitoring: [{ ...first, count: 7 }, ...rest.slice(0, -1)] };
    });
    const { numbers } = packDifference(shipped, pack);
    expect(numbers[0]).toEqual({ path: "monitoring.refusals-in-a-burst.count", before: 150, after: 7 });
    expect(numbers.find(({ path }) => path === "monitoring.same-vehicle-again.count")).toEqual({
      path: "monitoring.same-vehicle-again.count",
      before: 10,
      after: null,
    });
  });

  it("says of files that differ in nothing named that they differ", () => {
    const { "access.cedar": cedar, "schema.cedarschema": schema } = shipped.texts;
    const other = readPolicyPack({
      "numbers.json": JSON.stringify(JSON.parse(shipped.texts["numbers.json"])),
      "access.cedar": `// Another comment.\n${cedar}`,
      "schema.cedarschema": `// Another comment.\n${schema}`,
    });
    expect(packDifference(shipped, other)).toEqual({
      added: [],
      removed: [],
      changed: [],
      numbers: [],
      permissions: [],
      elsewhere: ["numbers.json", "access.cedar", "schema.cedarschema"],
    });
    expect(packDifference(shipped, shipped).elsewhere).toEqual([]);
  });
});
