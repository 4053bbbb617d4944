import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

function split(chunks: readonly Buffer[], limit: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(limit);
  const emit = (line: unknown): void => void lines.push(typeof line === "string" ? line : "TOO LONG");
  for (const chunk of chunks) splitter.push(chunk, emit);
  splitter.end(emit);
  return lines;
}

describe("an NDJSON body", () => {
  it("gives the same lines however it is cut into chunks", () => {
    const line = fc
      .string({ unit: "grapheme", maxLength: 20 })
      .map((text) => `"${text.replace(/[\n"\uFEFF]/g, "")}"`);
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, step) => {
        const body = Buffer.from(lines.join("\n"));
        const chunks: Buffer[] = [];
        for (let at = 0; at < body.length; at += step) chunks.push(body.subarray(at, at + step));
        expect(split(chunks, 1_000)).toEqual(lines);
      }),
    );
  });

  it("passes over blank lines and a byte order mark, and takes CRLF and a last line without end", () => {
    expect(split([Buffer.from("\uFEFF1\r\n\n  \n2")], 100).map((text) => text.trim())).toEqual(["1", "2"]);
  });

  it("skips a line over the limit without holding it, and goes on behind it", () => {
    const flood = Array.from({ length: 100 }, () => Buffer.from("x".repeat(50)));
    expect(split([Buffer.from("1\n"), ...flood, Buffer.from("\n2\n")], 100)).toEqual(["1", "TOO LONG", "2"]);
    expect(split([Buffer.from(`${"x".repeat(101)}\n2\n`)], 100)).toEqual(["TOO LONG", "2"]);
    expect(split([Buffer.from("x".repeat(101))], 100)).toEqual(["TOO LONG"]);
  });
});
