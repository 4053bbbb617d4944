/** An approved organisation (ACC-1). `code` is short and stable, for example `devon-and-cornwall`. */
export interface Organisation {
  readonly id: number;
  readonly name: string;
  readonly code: string;
}

/** The organisations on record. */
export interface OrganisationBook {
  all(): Promise<readonly Organisation[]>;
  /** The organisations with these names, made where they are missing. */
  ensure(names: readonly string[]): Promise<readonly Organisation[]>;
}

/** A code from a name: lower-case words joined by hyphens. */
export const organisationCode = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
