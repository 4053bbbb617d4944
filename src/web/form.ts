import type { InputError } from "../errors.ts";

/** One thing to correct: which field, and what to do. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** A form as it was filled in, with what is wrong with it. Templates only show it. */
export interface Form<Field extends string> {
  readonly values: Readonly<Record<Field, string>>;
  /** By field, in the shape of the components' `errorMessage`. */
  readonly errors: Readonly<Partial<Record<Field, { readonly text: string }>>>;
  /** For the error summary, each linking to its field. */
  readonly summary: readonly { readonly text: string; readonly href: string }[];
}

/** One text field of a posted body; anything else is the empty text. Longer text than `longest` is cut. */
export function textOf(body: unknown, field: string, longest = 4_000): string {
  if (typeof body !== "object" || body === null) return "";
  const value = (body as Record<string, unknown>)[field];
  return typeof value === "string" ? value.slice(0, longest) : "";
}

/** The fields of a posted body, trimmed. */
export function valuesOf<Field extends string>(
  body: unknown,
  fields: readonly Field[],
): Record<Field, string> {
  return Object.fromEntries(fields.map((field) => [field, textOf(body, field).trim()])) as Record<
    Field,
    string
  >;
}

/** A form with its errors; the first error of a field is the one shown beside it. */
export function formWith<Field extends string>(
  values: Record<Field, string>,
  errors: readonly FieldError[],
): Form<Field> {
  const byField: Partial<Record<string, { text: string }>> = {};
  for (const { field, message } of errors) byField[field] ??= { text: message };
  return {
    values,
    errors: byField as Form<Field>["errors"],
    summary: errors.map(({ field, message }) => ({ text: message, href: `#${field}` })),
  };
}

/** Errors of a Problem at the fields of a form; `fields` maps the API's paths to field names, the rest go to `otherwise`. */
export function errorsAt(
  errors: readonly InputError[],
  fields: Readonly<Record<string, string>>,
  otherwise: string,
): FieldError[] {
  return errors.map(({ path, message }) => ({ field: fields[path] ?? otherwise, message }));
}
