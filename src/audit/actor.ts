/** Who an entry of the log says did it: a person under a request, or a part of the service by its name. */
export interface Actor {
  /** Username, or the name of a job of the service itself such as `retention`. */
  readonly name: string;
  /** Person id; null for the service. */
  readonly person: number | null;
  /** The person's organisation; null for the service itself. */
  readonly organisation: number | null;
  readonly requestId: string | null;
}

/** The parts of the service that do something by themselves, as the log names them; no person can have such a username. */
const SERVICES = [
  "account-clocks",
  "audit-sampling",
  "authorities",
  "list-expiry",
  "protective-monitoring",
  "redaction",
  "retention",
  "service",
  "setup",
] as const;
/** What a process collected is logged by its number. */
type ServiceName = (typeof SERVICES)[number] | `collection-${number}`;

/** Whether a name in the log is one of the service's own. */
export const isServiceName = (name: string): boolean =>
  (SERVICES as readonly string[]).includes(name) || /^collection-\d+$/.test(name);

/** A part of the service that does something by itself. */
export const service = (name: ServiceName): Actor => ({
  name,
  person: null,
  organisation: null,
  requestId: null,
});
