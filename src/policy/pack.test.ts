import { schemaToJson } from "@cedar-policy/cedar-wasm/nodejs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.ts";
import { loadPolicyPack, readPolicyPack, type PackTexts } from "./pack.ts";
import { tellingWords } from "./reason.ts";
import { ACTIONS } from "./roles.ts";

const pack = loadPolicyPack(join(projectRoot, "policies/uk"));
const CASE_BY_CASE = ["answer", "show-hit", "show-reads-of", "take-out", "request", "refuse", "approve"];

const changed = (file: keyof PackTexts, change: (text: string) => string): PackTexts => ({
  ...pack.texts,
  [file]: change(pack.texts[file]),
});
const whyNot = (texts: PackTexts): string => {
  try {
    readPolicyPack(texts);
    return "";
  } catch (error) {
    return String(error);
  }
};

describe("the policy pack we ship", () => {
  it("names in its schema every action of the program, and no other", () => {
    const schema = schemaToJson(pack.texts["schema.cedarschema"]);
    if (schema.type === "failure") throw new Error("the schema cannot be read");
    const named = Object.keys(schema.json[""]?.actions ?? {});
    expect(named.sort()).toEqual([...ACTIONS, ...CASE_BY_CASE].sort());
  });

  it("has another digest when any of its files differs", () => {
    const digests = (["numbers.json", "access.cedar", "schema.cedarschema"] as const).map(
      (file) => readPolicyPack(changed(file, (text) => `${text}\n`)).digest,
    );
    expect(new Set([...digests, pack.digest]).size).toBe(4);
    expect(readPolicyPack(pack.texts).digest).toBe(pack.digest);
  });
});

describe("a policy pack", () => {
  it("is refused whole, naming everything that is wrong with it", () => {
    const texts = {
      ...changed("access.cedar", (text) =>
        text
          .replace('@source("VOI-1, VOI-8; default")\n', "")
          .replace("{access.ordinaryDays}", "{access.ordinaryDay}")
          .replace('Action::"hit.act"', 'Action::"hit.akt"'),
      ),
      "numbers.json": pack.texts["numbers.json"].replace('"viewLimit": 1000', '"viewLimit": 10'),
    };
    const why = whyNot(texts);
    for (const problem of ["@source is missing", "hit.akt", "access.viewLimit is less than one page"])
      expect(why).toContain(problem);
    const placeholder = changed("access.cedar", (text) =>
      text.replace("{access.ordinaryDays}", "{access.ordinaryDay}"),
    );
    expect(whyNot(placeholder)).toContain("nothing is known of {access.ordinaryDay}");
  });

  it.each<[string, string, string]>([
    ["a sentence without a name", '@id("view-limit")\n', ""],
    ["two sentences of one name", '@id("view-limit")', '@id("enough-characters")'],
    [
      "a refusal that does not say what is needed",
      '@needed("At least {enquiry.partial',
      '@note("At least {enquiry.partial',
    ],
    ["a sentence about what does not exist", "resource.rowsBefore <", "resource.rowsBehind <"],
    ["text that is not Cedar", "forbid (", "forbidden ("],
  ])("is refused for %s", (_what, from, to) => {
    expect(whyNot(changed("access.cedar", (text) => text.replace(from, to)))).toContain("not valid");
  });

  it("is refused where data would be deleted before access to it ends, and where its numbers cannot be read", () => {
    const numbers = (from: string, to: string) =>
      whyNot(changed("numbers.json", (text) => text.replace(from, to)));
    expect(numbers('"deleteAfterDays": 367', '"deleteAfterDays": 300')).toContain("deleted before");
    expect(numbers("{", "")).toContain("numbers.json");
  });
});

describe("a reason", () => {
  const words = (reason: string): number => tellingWords(reason, pack.access.emptyPhrases);
  it("counts the words that say something", () => {
    expect(words("Looking for this vehicle")).toBe(4);
    expect(words("For police purposes, as discussed: enquiries, intel")).toBe(0);
    expect(words("Burglary enquiries in Stafford")).toBe(3);
    expect(words("a b c -")).toBe(0);
  });
});
