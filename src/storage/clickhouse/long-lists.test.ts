import { describe, expect, it } from "vitest";
import { spreadLists } from "./long-lists.ts";

const SQL = "SELECT {n:UInt8} WHERE nrd IN {nrds:Array(UInt32)} OR other IN {nrds:Array(UInt32)}";

describe("a list bound in a statement", () => {
  it("is one value while a server takes it as one", () => {
    const parameters = { n: 1, nrds: Array.from({ length: 10_000 }, (_, i) => i) };
    expect(spreadLists(SQL, parameters)).toEqual({ sql: SQL, parameters });
    expect(spreadLists(SQL, { n: 1, nrds: [] }).sql).toBe(SQL);
  });

  it("is several values when it is longer, together what it was", () => {
    const nrds = Array.from({ length: 50_000 }, (_, i) => i);
    const { sql, parameters } = spreadLists(SQL, { n: 1, nrds });
    const { n, ...parts } = parameters;
    expect(n).toBe(1);
    expect(Object.values(parts).flat()).toEqual(nrds);
    for (const part of Object.values(parts)) expect(JSON.stringify(part).length).toBeLessThan(128 * 1024);
    for (const name of Object.keys(parts)) expect(sql.split(`{${name}:Array(UInt32)}`)).toHaveLength(3);
    expect(sql).not.toContain("{nrds:");
  });

  it("is measured by what its text takes once quoted and encoded", () => {
    const texts = Array.from({ length: 20_000 }, () => "é'");
    const { parameters } = spreadLists("{texts:Array(String)}", { texts });
    expect(Object.keys(parameters).length).toBeGreaterThan(1);
    expect(Object.values(parameters).flat()).toEqual(texts);
  });
});
