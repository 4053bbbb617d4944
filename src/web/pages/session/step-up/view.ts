import { formWith, type FieldError } from "../../../form.ts";

export interface StepUpParts {
  /** Where the code goes: to its own page, or with a form that was filled in to where that form went. */
  readonly action: string;
  readonly field: string;
  /** What was filled in already, carried along. */
  readonly carried?: readonly { readonly name: string; readonly value: string }[];
  readonly next?: string;
  readonly errors: readonly FieldError[];
}

/** What the page asks that wants the second factor again. */
export function stepUpView({ action, field, carried = [], next = "", errors }: StepUpParts) {
  const form = formWith({ [field]: "" }, errors);
  return {
    pageTitle: "Enter your code again",
    hasErrors: errors.length > 0,
    form,
    error: form.errors[field],
    action,
    field,
    carried,
    next,
  };
}
