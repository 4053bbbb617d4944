import type { Form } from "../../../form.ts";

export const SIGN_IN_FIELDS = ["username", "password", "totp"] as const;
export type SignInField = (typeof SIGN_IN_FIELDS)[number];

/** A path of our own pages, or the home page for anything that could lead elsewhere. */
export function localPath(next: unknown): string {
  if (typeof next !== "string" || next.length > 2_000) return "/";
  // eslint-disable-next-line no-control-regex -- browsers drop control characters, so that "/\t/host" leads away
  if (!/^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(next)) return "/";
  return /^\/(sign-in|sign-out|step-up|enrol|v1)(\/|\?|$)/.test(next) ? "/" : next;
}

/** What the sign-in template needs; a password and a code are never sent back. */
export function signInView(form: Form<SignInField>, next: string, hasProviders: boolean) {
  return {
    pageTitle: "Sign in",
    form,
    hasErrors: form.summary.length > 0,
    next: next === "/" ? "" : next,
    hasProviders,
  };
}
