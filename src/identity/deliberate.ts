/** A change that names the version it was made on, and why. */
export interface Deliberate {
  readonly version: number;
  readonly reason: string;
}
