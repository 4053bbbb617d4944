/** From where somebody comes in: for the log, for the counting of failures, and to name a session to its owner. */
export interface Visit {
  /** The address behind proxies that are trusted. */
  readonly address: string;
  /** What the browser or program says it is, at most 200 characters. */
  readonly device: string;
  /** The cookie that names people who have signed in with this browser; see KnownDevices. */
  readonly knownDevices?: string | undefined;
  readonly requestId: string | null;
}
