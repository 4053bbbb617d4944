/** The organisation's source that a feed token or secret path belongs to, and what its senders need to be told apart by. */
export interface FeedSource {
  readonly id: number;
  readonly name: string;
  readonly organisation: number;
  /** Delivers for NRDs of several organisations under an agreement (READ-7). */
  readonly aggregator: boolean;
  /** BOF2 2.2 senders give arc-minutes, newer ones degrees; per source, never per value (PROTOCOLS 1.6). */
  readonly positionUnit: "degrees" | "arc-minutes";
  /** IANA zone for times that carry none. */
  readonly timeZone: string;
  /** What `sendCompoundCapture` answers: the documented array, or the single string of the 2.2 WSDL. */
  readonly compoundReply: "array" | "string";
  /** The one NRD behind a secret path, for devices that do not name themselves; null otherwise. */
  readonly nrd: number | null;
}
