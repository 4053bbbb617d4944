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

/** A part of the service that does something by itself. */
export const service = (name: string): Actor => ({
  name,
  person: null,
  organisation: null,
  requestId: null,
});
