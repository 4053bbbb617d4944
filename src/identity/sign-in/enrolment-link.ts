import { newToken, tokenHash } from "./sessions.ts";

const HOUR_MS = 3_600_000;

/** A one-time link by which a person enrols; what it proves is kept as a hash alone. */
export interface EnrolmentLink {
  /** The secret, shown once: the link is `path` on the service. */
  readonly token: string;
  readonly path: string;
  readonly tokenHash: Buffer;
  /** Epoch milliseconds UTC. */
  readonly expires: number;
}

/** A new link that works for so many hours from `now` (epoch ms). */
export function newEnrolmentLink(hours: number, now: number): EnrolmentLink {
  const token = newToken();
  return { token, path: `/enrol/${token}`, tokenHash: tokenHash(token), expires: now + hours * HOUR_MS };
}
