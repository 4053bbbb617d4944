export const ACCOUNT_EVENTS = [
  "added",
  "changed",
  "suspended",
  "reactivated",
  "ended",
  "invited",
  /** A link for somebody who enrolled before was asked for. */
  "link-asked",
] as const;
export type AccountEventKind = (typeof ACCOUNT_EVENTS)[number];
