/** A passkey on record. Times are epoch milliseconds UTC. */
export interface StoredPasskey {
  /** Base64url, as the authenticator named it. */
  readonly id: string;
  readonly person: number;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  /** What its owner calls it. */
  readonly name: string;
  readonly created: number;
  readonly lastUsed: number | null;
}

export interface PasskeyStore {
  /** @throws Problem CONFLICT when the passkey is known already */
  add(passkey: Omit<StoredPasskey, "lastUsed">): Promise<void>;
  find(id: string): Promise<StoredPasskey | undefined>;
  ofPerson(person: number): Promise<readonly StoredPasskey[]>;
  used(id: string, counter: number, now: number): Promise<void>;
  /** False where it is not one of the person's. */
  remove(person: number, id: string): Promise<boolean>;
}
