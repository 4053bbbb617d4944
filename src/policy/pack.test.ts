import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.ts";
import { loadPolicyPack, readPolicyPack } from "./pack.ts";
import { reasonLacks, tellingWords } from "./reason.ts";
import type { PackTexts } from "./policy-pack.ts";

const pack = loadPolicyPack(join(projectRoot, "policies/uk"));

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

  it("of another version, which decides other things, is refused", () => {
    const older = {
      ...changed("schema.cedarschema", (text) => text.replace('"task.see", "task.see-everywhere",', "")),
      "access.cedar": pack.texts["access.cedar"].replaceAll(/Action::"task\.see(?:-everywhere)?",?\s*/g, ""),
    };
    expect(whyNot(older)).toContain("needs the action task.see-everywhere");
    const newer = changed("schema.cedarschema", (text) =>
      text.replace('"task.see",', '"task.see", "task.hide",'),
    );
    expect(whyNot(newer)).toContain("knows no action task.hide");
    const undecided = changed("schema.cedarschema", (text) =>
      text.replace('action "show-hit"', 'action "show-something"'),
    );
    expect(whyNot(undecided)).toContain("needs the action show-hit");
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

describe("a policy pack that is looser than the law", () => {
  it.each<[string, string, string]>([
    [
      "more than twelve months",
      '"accessMonths": 12,\n    "deleteAfterDays": 367',
      '"accessMonths": 24,\n    "deleteAfterDays": 735',
    ],
    ["a longer ordinary period", '"ordinaryDays": 90', '"ordinaryDays": 91'],
    ["later deletion", '"deleteAfterDays": 367', '"deleteAfterDays": 368'],
    ["leavers who stay", '"leaverHours": 48', '"leaverHours": 49'],
  ])("is refused for %s", (_what, from, to) => {
    expect(whyNot(changed("numbers.json", (text) => text.replace(from, to)))).toContain(
      "the law allows at most",
    );
  });

  it("is refused where nothing is known of the law of its jurisdiction", () => {
    const elsewhere = changed("numbers.json", (text) => text.replace('"United Kingdom"', '"Ruritania"'));
    expect(whyNot(elsewhere)).toContain("nothing is known of the law of Ruritania");
  });

  const sentence = (id: string, head: string, condition = ""): string =>
    `@id("${id}")\n@says("Because.")\n@source("none")\npermit (${head})${condition};\n`;
  const without = (text: string, ...names: readonly string[]): string =>
    names.reduce((left, name) => {
      const from = left.indexOf(`@id("${name}")`);
      return left.slice(0, from) + left.slice(left.indexOf(";\n", from) + 2);
    }, text);
  const answering = 'principal, action == Action::"answer", resource is Enquiry';

  it.each<[string, (text: string) => string]>([
    ["admin ask the archive", (text) => without(text, "role-may-enquire") + sentence("anybody", answering)],
    [
      "admin take enquiry.ask",
      (text) =>
        text +
        sentence(
          "admins",
          'principal in Role::"admin", action == Action::"enquiry.ask", resource is Service',
        ),
    ],
    ["investigator ask about reads past the time of access", (text) => without(text, "within-access-period")],
    [
      "investigator ask about reads past the ordinary period without an authority",
      (text) => without(text, "older-reads-need-authority") + sentence("anybody", answering),
    ],
    [
      "investigator rely on an authority that nobody approved",
      (text) => without(text, "authority-is-current") + sentence("anybody", answering),
    ],
    [
      "investigator rely on an authority that they approved themselves",
      (text) => without(text, "authority-serves-others-than-its-approver"),
    ],
    ["authoriser approve their own request", (text) => without(text, "authority-is-approved-by-another")],
    [
      "investigator approve their own export",
      (text) =>
        without(text, "export-is-approved-by-another") +
        sentence("anybody", 'principal, action == Action::"take-out", resource is Export'),
    ],
  ])("is refused where it lets the role %s", (what, change) => {
    expect(whyNot(changed("access.cedar", change))).toContain(`it lets the role ${what}`);
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

  it("counts a word once, and no phrase that says nothing however often it is said (16)", () => {
    expect(words("inv inv inv inv inv inv inv inv inv inv")).toBe(0);
    expect(words("van van van van van van van van van van")).toBe(1);
    expect(words("Police enquiry police enquiry police enquiry police enquiry police enquiry")).toBeLessThan(
      2,
    );
    expect(
      words(
        "Ongoing police investigation into a vehicle of interest seen in the area, please see the case file for details",
      ),
    ).toBeLessThan(3);
    for (const empty of ["testing testing testing", "see case file", "enquiry into", "vehicle of interest"])
      expect([empty, words(empty)]).toEqual([empty, 0]);
  });

  it("that says too little is told what is missing", () => {
    expect(reasonLacks("see case file", 4, pack.access)).toMatch(
      /^Say more: 4 different words that tell something are needed, and this has 0\. Say what is being investigated/,
    );
    expect(reasonLacks("Looking for this vehicle", 4, pack.access)).toBeUndefined();
  });
});
