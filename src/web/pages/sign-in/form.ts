import { formWith, valuesOf, type FieldError, type Form } from "../../form.ts";
import { SIGN_IN_FIELDS, type SignInField } from "./view.ts";

/** What is missing from a sign-in before it is tried. Spaces in the code are forgiven; passwords are not trimmed. */
export function readSignIn(body: unknown): { given: Record<SignInField, string>; form: Form<SignInField> } {
  const values = valuesOf(body, SIGN_IN_FIELDS);
  const raw = (body as Record<string, unknown> | null)?.["password"];
  const given = {
    username: values.username,
    password: typeof raw === "string" ? raw.slice(0, 1_000) : "",
    totp: values.totp.replace(/\s/g, ""),
  };
  const errors: FieldError[] = [];
  if (given.username === "") errors.push({ field: "username", message: "Enter your username" });
  if (given.password === "") errors.push({ field: "password", message: "Enter your password" });
  if (!/^\d{6}$/.test(given.totp))
    errors.push({ field: "totp", message: "Enter the 6 digits that your authenticator shows now" });
  return { given, form: formWith({ username: given.username, password: "", totp: "" }, errors) };
}
