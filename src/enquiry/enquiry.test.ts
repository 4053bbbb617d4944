import { expect, it } from "vitest";
import { ENQUIRY_OUTCOMES, mayBeAnswered, outcomesBefore } from "./enquiry.ts";

it("an enquiry that was refused is never answered, and one that was answered never becomes failed", () => {
  const kept = (before: (typeof ENQUIRY_OUTCOMES)[number]) =>
    ENQUIRY_OUTCOMES.filter((outcome) => outcomesBefore(outcome).includes(before));
  expect(kept("asked")).toEqual(["answered", "failed"]);
  expect(kept("failed")).toEqual(["answered", "failed"]);
  expect(kept("answered")).toEqual(["answered"]);
  expect(kept("refused")).toEqual([]);
});

it("an enquiry may be looked at again unless it was refused", () => {
  expect(ENQUIRY_OUTCOMES.filter((outcome) => mayBeAnswered({ outcome }))).toEqual([
    "asked",
    "answered",
    "failed",
  ]);
});
