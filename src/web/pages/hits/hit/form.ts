import { formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { HIT_OUTCOMES, VERIFICATIONS, type HitOutcome, type Verification } from "../../../../hit/life.ts";
import type { HitField } from "./view.ts";

const FIELDS = ["result", "outcome", "note"] as const;

/** What a person said about the images, or the form with its error. */
export function readVerification(body: unknown): { result: Verification } | { form: Form<HitField> } {
  const values = valuesOf(body, FIELDS);
  const result = VERIFICATIONS.find((known) => known === values.result);
  if (result !== undefined) return { result };
  return { form: formWith(values, [{ field: "result", message: "Select what the images show" }]) };
}

/** What came of a hit, or the form with its errors. */
export function readDisposition(
  body: unknown,
): { outcome: HitOutcome; note: string } | { form: Form<HitField> } {
  const values = valuesOf(body, FIELDS);
  const errors: FieldError[] = [];
  const outcome = HIT_OUTCOMES.find((known) => known === values.outcome);
  if (outcome === undefined) errors.push({ field: "outcome", message: "Select an outcome" });
  if (values.note.length > 2_000)
    errors.push({ field: "note", message: "Note must be 2,000 characters or fewer" });
  if (outcome === undefined || errors.length > 0) return { form: formWith(values, errors) };
  return { outcome, note: values.note };
}
