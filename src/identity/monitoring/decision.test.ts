import { expect, it } from "vitest";
import { fitting, requireFitting, SUSPICION_ACTS } from "./decision.ts";

const decided = new Date();
const none = { decided: null, decision: null } as const;

it("lifts or upholds a suspension, notes a flag, and may lift later what was upheld", () => {
  expect(fitting({ effect: "suspend", ...none })).toEqual(["lift", "uphold"]);
  expect(fitting({ effect: "flag", ...none })).toEqual(["note"]);
  expect(fitting({ effect: "suspend", decided, decision: "upheld" })).toEqual(["lift"]);
  expect(fitting({ effect: "suspend", decided, decision: "lifted" })).toEqual([]);
  expect(fitting({ effect: "flag", decided, decision: "noted" })).toEqual([]);
});

it("says why a decision does not fit", () => {
  expect(() => requireFitting({ effect: "flag", ...none }, "lift")).toThrow(/only flags the account/);
  expect(() => requireFitting({ effect: "suspend", ...none }, "note")).toThrow(/suspended the account/);
  for (const act of SUSPICION_ACTS)
    expect(() => requireFitting({ effect: "suspend", decided, decision: "lifted" }, act)).toThrow(
      /already decided/,
    );
});
