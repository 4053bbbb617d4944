import { isNationalRole } from "../../policy/roles.ts";
import type { Person } from "../person.ts";
import type { Provider } from "./provider-store.ts";
import { readUsername } from "../username.ts";

/** What a provider states about somebody. */
export type Claims = Readonly<Record<string, unknown>>;

/** What providers call a sign-in with a second factor: RFC 8176, and the names of REFEDS, OpenID and its EAP profile. */
const SECOND_FACTOR_METHODS = new Set(["mfa"]);
const SECOND_FACTOR_CLASSES = new Set([
  "https://refeds.org/profile/mfa",
  "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
  "phr",
  "phrh",
]);

/** The account a provider's claims name; undefined where they name none, or an e-mail address of another domain. */
export function usernameOf(
  claims: Claims,
  { usernameClaim, emailDomain }: Pick<Provider, "usernameClaim" | "emailDomain">,
): string | undefined {
  const value = claims[usernameClaim];
  if (typeof value !== "string") return undefined;
  if (usernameClaim !== "email") return readUsername(value);
  if (claims["email_verified"] === false || claims["email_verified"] === "false") return undefined;
  const at = value.lastIndexOf("@");
  if (at < 1 || emailDomain === null || value.slice(at + 1).toLowerCase() !== emailDomain) return undefined;
  return readUsername(value.slice(0, at));
}

/** Whether the provider says that it asked for a second factor. */
export function hasSecondFactor({ amr, acr }: Claims): boolean {
  const methods: readonly unknown[] = Array.isArray(amr) ? amr : [];
  return (
    methods.some((method) => SECOND_FACTOR_METHODS.has(String(method))) ||
    (typeof acr === "string" && SECOND_FACTOR_CLASSES.has(acr))
  );
}

/**
 * Whether an organisation's provider may vouch for somebody: for its own people, never for administrators or national roles,
 * whose reach is wider than the organisation that keeps the provider (ACC-2).
 */
export const mayVouchFor = (organisation: number, person: Person): boolean =>
  person.organisation.id === organisation &&
  person.kind !== "administrator" &&
  !person.roles.some(isNationalRole);
