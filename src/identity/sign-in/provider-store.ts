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
  /** Whose e-mail addresses name accounts, where the claim is `email`. */
  readonly emailDomain: string | null;
  /** Whether its second factor stands for ours; only a national administrator says so. */
  readonly trustsSecondFactor: boolean;
  readonly enabled: boolean;
}

export interface ProviderStore {
  byCode(organisationCode: string): Promise<Provider | undefined>;
  /** Whose code it is, with a provider or without. */
  organisation(code: string): Promise<{ readonly id: number; readonly name: string } | undefined>;
  /** Those in use, by name. */
  enabled(): Promise<readonly { readonly name: string; readonly code: string }[]>;
  /** Sets or replaces an organisation's provider. */
  set(organisation: number, provider: Omit<Provider, "organisation">): Promise<void>;
  /** The person whom an issuer means by a subject, once that was proved. */
  personOf(issuer: string, subject: string): Promise<number | undefined>;
  /** Whether an issuer means this person by some subject. */
  isBound(issuer: string, person: number): Promise<boolean>;
  /** From now on the issuer means this person by this subject; what was bound before stays. */
  bind(issuer: string, subject: string, person: number): Promise<void>;
}
