import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadPolicyPack } from "../policy/pack.ts";
import { projectRoot } from "../project-root.ts";
import { putNoPlateWordsInForce } from "./no-plate-words.ts";
import { normaliseVrm } from "./vrm.ts";

const { reading } = loadPolicyPack(join(projectRoot, "policies/uk"));
afterAll(() => putNoPlateWordsInForce([]));

describe("a word for “no plate”", () => {
  it.each(["NULL", "None", "NOTREAD", "not read", "undefined", "NaN", "XXXXXXX", "N/A", "n/a", "No-Plate"])(
    "%s of the pack we ship is no mark (11)",
    (sent) => {
      putNoPlateWordsInForce(reading.noPlateWords);
      expect(normaliseVrm(sent)).toEqual({ kind: "no-read" });
    },
  );

  it("is one only as long as the pack in force has it", () => {
    putNoPlateWordsInForce([]);
    expect(normaliseVrm("NULL")).toMatchObject({ kind: "vrm" });
    expect(normaliseVrm("unknown")).toEqual({ kind: "no-read" });
  });
});
