/** Limits of the policy pack on wrong attempts to sign in. */
export interface AttemptLimits {
  /** At one username from one network, or from one known device. */
  readonly failures: number;
  /** From one network at any username. */
  readonly networkFailures: number;
  /** At one username from all networks. */
  readonly accountFailures: number;
  /** How long to wait then, and how long failures are remembered. */
  readonly lockMs: number;
}

/** Where an attempt comes from: a browser the person has signed in with before, or else a network. */
export interface Origin {
  readonly kind: "device" | "network";
  readonly name: string;
}

/**
 * Wrong attempts to sign in, counted for usernames whether or not they exist (ACC-6). From a device its person knows only its
 * own failures count: nobody can lock them out from elsewhere. All others are held to every count, and told the same.
 */
export interface AttemptStore {
  /** Until when this username must wait there, epoch ms; null when it may try now. */
  lockedUntil(username: string, from: Origin, now: number): Promise<number | null>;
  failed(username: string, from: Origin, now: number, limits: AttemptLimits): Promise<void>;
  /** Forgets this username's failures from there. */
  succeeded(username: string, from: Origin): Promise<void>;
  /** Forgets failures before a moment. */
  forget(before: number): Promise<number>;
}
