import { renderSVG } from "uqr";
import type { OpenEnrolment } from "../../../../identity/sign-in/enrolments.ts";
import { PASSWORD_ADVICE } from "../../../../identity/sign-in/password-rules.ts";
import type { Form } from "../../../form.ts";

export type EnrolField = "password" | "totp";

/** What the enrolment page shows: who it is for, how to choose a password, and the authenticator's secret as QR code and text. */
export function enrolView(enrolment: OpenEnrolment, form: Form<EnrolField>) {
  const { person, totpSecret, totpUri, authenticator, minimumPasswordLength } = enrolment;
  return {
    pageTitle: "Set up your account",
    hasErrors: form.summary.length > 0,
    form,
    person,
    passwordHint: `At least ${minimumPasswordLength} characters. ${PASSWORD_ADVICE}`,
    qrCode: renderSVG(totpUri, { ecc: "M", border: 3 }),
    totpUri,
    authenticator,
    secret: totpSecret.replace(/(.{4})(?=.)/g, "$1 "),
  };
}
