import { expect, it } from "vitest";
import { dispositionOf, HIT_STATES, HIT_STEPS, refusalOf, type HitAnswer, type HitState } from "./life.ts";

const at = new Date(0);
const hit = (state: HitState, by = 1) => ({
  id: 7,
  state,
  acknowledged: state === "new" ? null : { by: { id: by, username: "operator" }, at },
});

it("goes forward only, and is verified before anybody closes it", () => {
  const order = (state: HitState) => HIT_STATES.indexOf(state);
  for (const { from, to } of Object.values(HIT_STEPS))
    for (const state of from) expect(order(to) - order(state)).toBeLessThanOrEqual(1);
  for (const step of Object.keys(HIT_STEPS) as HitAnswer["step"][])
    expect(HIT_STEPS[step].from).not.toContain("closed");
  expect(HIT_STEPS.disposition.from).toEqual(["verified"]);
});

it("says who has a hit that somebody else acknowledged; the same person again is nothing to refuse", () => {
  expect(refusalOf(hit("acknowledged"), "acknowledge", 1)).toBeNull();
  const taken = refusalOf(hit("acknowledged"), "acknowledge", 2);
  expect(taken).toMatchObject({
    code: "CONFLICT",
    message: "Hit 7 is acknowledged; operator acknowledged it.",
  });
  expect(refusalOf(hit("closed"), "acknowledge", 1)?.code).toBe("CONFLICT");
});

it("says what must come before a step", () => {
  expect(refusalOf(hit("new"), "verify", 1)?.message).toContain("only after it is acknowledged");
  expect(refusalOf(hit("acknowledged"), "disposition", 1)?.message).toContain("after it is verified");
});

it("closes without action only with a note that says why", () => {
  expect(() => dispositionOf("no-action", " ")).toThrow(
    expect.objectContaining({
      code: "INPUT_INVALID",
      errors: [expect.objectContaining({ path: "note", code: "NOTE_MISSING" })],
    }),
  );
  expect(dispositionOf("arrest", " M4 ")).toEqual({ step: "disposition", outcome: "arrest", note: "M4" });
});
