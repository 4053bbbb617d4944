/** An approved organisation (ACC-1). `code` is short and stable, for example `devon-and-cornwall`. */
export interface Organisation {
  readonly id: number;
  readonly name: string;
  readonly code: string;
}

/** A force reads plates, an agency asks, a regulator looks at how that is done, a processor works for one of them. */
export const ORGANISATION_KINDS = ["force", "agency", "regulator", "processor"] as const;
export const ORGANISATION_STATES = ["approved", "suspended", "withdrawn"] as const;
export type OrganisationState = (typeof ORGANISATION_STATES)[number];

/** What an organisation must keep current (ACC-1, ACC-6). Dates are `YYYY-MM-DD`. */
export interface OrganisationStanding {
  readonly kind: string;
  readonly state: OrganisationState;
  /** Why it is in this state; null where nobody wrote it. */
  readonly stateWhy: string | null;
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

/** An organisation with all of that. `version` grows with every change; whoever changes it names the version that was seen. */
export type KnownOrganisation = Organisation & OrganisationStanding & { readonly version: number };

/** What may be changed about an organisation. Members that are absent stay as they are. */
export type OrganisationChange = Partial<OrganisationStanding> & { readonly name?: string };

export interface OrganisationFilter {
  /** Part of a name or code. */
  readonly search?: string | undefined;
  readonly state?: OrganisationState | undefined;
  /** Only names that come later in the alphabet: the cursor of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Organisations by name, for an import that names them. */
export interface OrganisationNames {
  all(): Promise<readonly Organisation[]>;
  /** The organisations with these names, made where they are missing. */
  ensure(names: readonly string[]): Promise<readonly Organisation[]>;
}

/** The organisations on record. */
export interface OrganisationStore extends OrganisationNames {
  /** By name. */
  list(filter: OrganisationFilter): Promise<readonly KnownOrganisation[]>;
  standing(id: number): Promise<KnownOrganisation | undefined>;
  byCode(code: string): Promise<KnownOrganisation | undefined>;
  /** @throws Problem CONFLICT when the name or the code is taken */
  add(organisation: { name: string; code: string; kind: string }): Promise<KnownOrganisation>;
  /**
   * Changes it, where a version is named only that version. @returns false where somebody was first
   * @throws Problem CONFLICT when the name is taken
   */
  change(id: number, to: OrganisationChange, version?: number): Promise<boolean>;
}

/** A code from a name: lower-case words joined by hyphens. */
export const organisationCode = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
