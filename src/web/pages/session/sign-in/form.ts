import type { SecondFactor } from "../../../../identity/sign-in/sign-in.ts";
import { readRecoveryCode } from "../../../../identity/sign-in/recovery-codes.ts";
import { formWith, textOf, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { SIGN_IN_FIELDS, type SignInField } from "./view.ts";

/** A password as typed: never trimmed, and cut where no password is as long. */
export const passwordOf = (body: unknown, field: string): string => textOf(body, field, 1_000);

/** A second factor as typed: six digits, spaces forgiven, or a recovery code; undefined for what is neither. */
export function secondFactorOf(typed: string): SecondFactor | undefined {
  const digits = typed.replace(/\s/g, "");
  if (/^\d{6}$/.test(digits)) return { totp: digits };
  const recoveryCode = readRecoveryCode(typed);
  return recoveryCode === undefined ? undefined : { recoveryCode };
}

export const CODE_MISSING = "Enter the 6-digit code from your authenticator, or a recovery code";

/** What is missing from a sign-in before it is tried. */
export function readSignIn(body: unknown): {
  given: { username: string; password: string } & SecondFactor;
  form: Form<SignInField>;
} {
  const values = valuesOf(body, SIGN_IN_FIELDS);
  const factor = secondFactorOf(values.totp);
  const given = { username: values.username, password: passwordOf(body, "password"), ...factor };
  const errors: FieldError[] = [];
  if (given.username === "") errors.push({ field: "username", message: "Enter your username" });
  if (given.password === "") errors.push({ field: "password", message: "Enter your password" });
  if (factor === undefined) errors.push({ field: "totp", message: CODE_MISSING });
  return { given, form: formWith({ username: given.username, password: "", totp: "" }, errors) };
}
