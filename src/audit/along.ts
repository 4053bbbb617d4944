declare const along: unique symbol;

/**
 * A change that a store has prepared to stand or fall with an entry of the log: written in the entry's own transaction, so that
 * neither is there without the other, and one wait for the disk serves both. Only the store looks inside.
 */
export interface Along {
  readonly [along]: true;
}
