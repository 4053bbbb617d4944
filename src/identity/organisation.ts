/** An approved organisation (ACC-1). `code` is short and stable, for example `devon-and-cornwall`. */
export interface Organisation {
  readonly id: number;
  readonly name: string;
  readonly code: string;
}

/** What an organisation must keep current (ACC-1, ACC-6). Dates are `YYYY-MM-DD`. */
export interface OrganisationStanding {
  readonly kind: string;
  readonly state: "approved" | "suspended" | "withdrawn";
  readonly contact: string;
  /** Its current written policy; null: it has none, and its people cannot enquire. */
  readonly policy: {
    readonly reference: string;
    readonly date: string;
    readonly until: string;
    readonly owner: string;
  } | null;
  /** CIDR ranges its people come from; empty: any. */
  readonly allowedNetworks: readonly string[];
}

/** Organisations by name, for an import that names them. */
export interface OrganisationNames {
  all(): Promise<readonly Organisation[]>;
  /** The organisations with these names, made where they are missing. */
  ensure(names: readonly string[]): Promise<readonly Organisation[]>;
}

/** The organisations on record. */
export interface OrganisationBook extends OrganisationNames {
  standing(id: number): Promise<(Organisation & OrganisationStanding) | undefined>;
  /** Members that are absent stay as they are. */
  change(id: number, to: Partial<OrganisationStanding>): Promise<void>;
}

/** A code from a name: lower-case words joined by hyphens. */
export const organisationCode = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
