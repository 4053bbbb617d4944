import type { Level, Purpose } from "../policy/purpose.ts";

/** Why a question may be asked: an authority that is relied on, or what is stated where none is. */
export interface Basis {
  /** Id or reference; absent: none is relied on. */
  readonly authority?: string | undefined;
  readonly purpose?: Purpose | undefined;
  readonly level?: Level | undefined;
  /** Of the case or operation. */
  readonly reference?: string | undefined;
  readonly reason: string;
}
