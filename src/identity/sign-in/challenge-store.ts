/** What a browser is asked to prove: a passkey's signature, or its way back from an organisation's provider. */
export type ChallengeKind = "passkey-add" | "passkey-sign-in" | "provider" | "provider-code";

export interface Challenge {
  readonly kind: ChallengeKind;
  readonly person: number | null;
  readonly organisation: number | null;
  readonly body: Readonly<Record<string, string>>;
}

/** Challenges on record, by the SHA-256 of the id that the browser holds; each is answered once. */
export interface ChallengeStore {
  put(idHash: Buffer, challenge: Challenge, expires: number): Promise<void>;
  /** Takes it off the record; undefined when it is unknown, of another kind, answered, or too old. */
  take(idHash: Buffer, kind: ChallengeKind, now: number): Promise<Challenge | undefined>;
  forget(before: number): Promise<number>;
}
