import type { Provider } from "../../../../identity/sign-in/provider-store.ts";
import type { Form } from "../../../form.ts";

export const PROVIDER_FIELDS = [
  "issuer",
  "clientId",
  "clientSecret",
  "usernameClaim",
  "emailDomain",
  "trustsSecondFactor",
  "enabled",
] as const;
export type ProviderField = (typeof PROVIDER_FIELDS)[number];

/** What the form shows of a provider on record; its secret is never shown. */
export const valuesOfProvider = (
  provider: Omit<Provider, "clientSecret"> | undefined,
): Record<ProviderField, string> => ({
  issuer: provider?.issuer ?? "",
  clientId: provider?.clientId ?? "",
  clientSecret: "",
  usernameClaim: provider?.usernameClaim ?? "preferred_username",
  emailDomain: provider?.emailDomain ?? "",
  trustsSecondFactor: provider?.trustsSecondFactor === true ? "yes" : "no",
  enabled: provider?.enabled === false ? "no" : "yes",
});

export interface ProviderViewParts {
  readonly code: string;
  readonly isSet: boolean;
  readonly form: Form<ProviderField>;
  /** What the provider must be told. */
  readonly callback: string;
  readonly done: string | undefined;
  /** Whether the asker may say who vouches, and how far; otherwise only whether it is on, and its secret. */
  readonly mayManage: boolean;
}

/** An organisation's own sign-in, and what to register with its provider. */
export function providerView({ code, isSet, form, callback, done, mayManage }: ProviderViewParts) {
  const { usernameClaim, trustsSecondFactor, enabled } = form.values;
  return {
    pageTitle: "Sign-in with the organisation’s own accounts",
    hasErrors: form.summary.length > 0,
    code,
    isSet,
    mayManage,
    form,
    callback,
    done: done === "set" ? "The organisation’s sign-in has been saved." : "",
    claims: [
      { value: "preferred_username", text: "preferred_username", checked: usernameClaim !== "email" },
      { value: "email", text: "email: the part before the @", checked: usernameClaim === "email" },
    ],
    factors: [
      { value: "no", text: "Ask for the code here as well", checked: trustsSecondFactor !== "yes" },
      {
        value: "yes",
        text: "Trust the provider’s second factor, once a person has given their code here",
        checked: trustsSecondFactor === "yes",
      },
    ],
    switches: [
      { value: "yes", text: "On", checked: enabled !== "no" },
      { value: "no", text: "Off: people use their password and code here", checked: enabled === "no" },
    ],
  };
}
