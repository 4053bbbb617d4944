import { describe, expect, it } from "vitest";
import { testFiles } from "./test-files.ts";

const FILES = [
  "src/api/hits/stream.test.ts",
  "src/enquiry/check-question.test.ts",
  "src/hit/stream-account.test.ts",
  "src/storage/clickhouse/hit/count.test.ts",
  "src/storage/postgres/hit/plan.test.ts",
  "src/web/pages/enquiries/enquiries/form.test.ts",
  "src/web/pages/hits/board/board.test.ts",
  "test/architecture.test.ts",
  "test/hit/board-journey.test.ts",
  "tools/simulator/fleet.test.ts",
];

describe("what ./waywarden test runs", () => {
  const ofHit = FILES.filter((file) => /\/hits?\//.test(file));

  it("is, for a noun, its room, its API, its pages, its storage and its tests", () => {
    expect(testFiles(["hit"], FILES)).toEqual({ patterns: ofHit, unknown: [] });
    expect(ofHit).toHaveLength(6);
  });

  it("takes a noun in either number", () => {
    expect(testFiles(["hits"], FILES).patterns).toEqual(ofHit);
    const ofEnquiry = [
      "src/enquiry/check-question.test.ts",
      "src/web/pages/enquiries/enquiries/form.test.ts",
    ];
    expect(testFiles(["enquiry"], FILES).patterns).toEqual(ofEnquiry);
    expect(testFiles(["enquiries"], FILES).patterns).toEqual(ofEnquiry);
  });

  it("does not take a word inside another for the noun", () => {
    expect(testFiles(["hit"], FILES).patterns).not.toContain("test/architecture.test.ts");
  });

  it("leaves any other part of a path as it is", () => {
    for (const pattern of ["board", "test/hit/board", "./src/hit/stream-account.test.ts:12", "architecture"])
      expect(testFiles([pattern], FILES)).toEqual({ patterns: [pattern], unknown: [] });
  });

  it("runs each file once, whatever is asked for together", () => {
    expect(testFiles(["hit", "hits", "fleet"], FILES).patterns).toEqual([...ofHit, "fleet"]);
  });

  it("names every pattern that no test answers to", () => {
    expect(testFiles(["hit", "unicorn", "boart"], FILES).unknown).toEqual(["unicorn", "boart"]);
  });

  it("hands the runner's options on", () => {
    expect(testFiles(["fleet", "-t", "a name"], FILES)).toEqual({
      patterns: ["fleet", "-t", "a name"],
      unknown: [],
    });
  });
});
