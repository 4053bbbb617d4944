/** Limits of the policy pack on wrong attempts to sign in. */
export interface AttemptLimits {
  /** At one username from one network. */
  readonly failures: number;
  /** From one network at usernames that never signed in from it. */
  readonly networkFailures: number;
  /** At one username from networks it never signed in from. */
  readonly accountFailures: number;
  /** How long to wait then, and how long failures are remembered. */
  readonly lockMs: number;
}

/**
 * Wrong attempts to sign in, counted for usernames whether or not they exist (ACC-6). A person at a network they know is held
 * only to the failures from that network: nobody can lock them out from elsewhere.
 */
export interface AttemptBook {
  /** Until when this username must wait at this network, epoch ms; null when it may try now. */
  lockedUntil(username: string, network: string, now: number): Promise<number | null>;
  failed(username: string, network: string, now: number, limits: AttemptLimits): Promise<void>;
  /** Forgets this username's failures from this network, and knows the network from now on. */
  succeeded(person: { id: number; username: string }, network: string, now: number): Promise<void>;
  /** Forgets failures before a moment, and networks nobody came from for months before it. */
  forget(before: number): Promise<number>;
}
