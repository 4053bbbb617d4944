/** Where an organisation's people sign in with its own OpenID Connect provider. */
export interface Provider {
  readonly organisation: { readonly id: number; readonly name: string; readonly code: string };
  /** https, except on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Sealed under the master key, purpose `provider`. */
  readonly clientSecret: Buffer;
  /** Which claim names the account: as it is, or the part of an e-mail address before the `@`. */
  readonly usernameClaim: "preferred_username" | "email";
  readonly enabled: boolean;
}

export interface ProviderBook {
  byCode(organisationCode: string): Promise<Provider | undefined>;
  /** Whose code it is, with a provider or without. */
  organisation(code: string): Promise<{ readonly id: number; readonly name: string } | undefined>;
  /** Those in use, by name. */
  enabled(): Promise<readonly { readonly name: string; readonly code: string }[]>;
  /** Sets or replaces an organisation's provider. */
  set(organisation: number, provider: Omit<Provider, "organisation">): Promise<void>;
}
