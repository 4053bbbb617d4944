import type {
  KnownSource,
  LastMessage,
  NewSource,
  RegisteredSource,
  SourceChange,
  SourceRefusal,
} from "./source.ts";

/** SHA-256 of a source's secrets, hexadecimal. */
export interface SecretHashes {
  readonly token: string;
  readonly pathKey: string | null;
}

/** A source with the hashes of its secrets. */
export interface KeptSource {
  readonly source: RegisteredSource;
  readonly tokenHash: string;
  readonly pathKeyHash: string | null;
}

export interface SourceQuery {
  /** Null: of every organisation. */
  readonly organisation: number | null;
  /** Only ids beyond this one: the cursor of the page before. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** An act as the store keeps it. Times are epoch milliseconds UTC. */
export interface Switching {
  readonly enabled: boolean;
  readonly why: string;
  readonly by: number;
  readonly at: number;
}

/** The sources on record. Secrets are kept as hashes only. */
export interface SourceStore {
  /** @throws Problem CONFLICT when the organisation has a source of that name */
  add(source: Omit<NewSource, "hasPathKey">, hashes: SecretHashes): Promise<KnownSource>;
  /** By id. */
  list(query: SourceQuery): Promise<readonly KnownSource[]>;
  byId(id: number): Promise<KnownSource | undefined>;
  /** Changes that version of it. @returns false where somebody was first @throws Problem CONFLICT when the name is taken */
  change(id: number, version: number, to: SourceChange): Promise<boolean>;
  /** Switches that version of it on or off. @returns false where somebody was first */
  switch(id: number, version: number, to: Switching): Promise<boolean>;
  /** Replaces its secrets; those from before work no longer. @returns false where somebody was first */
  renew(id: number, version: number, hashes: SecretHashes): Promise<boolean>;
  /** What was refused today and yesterday (UTC), newest day first. */
  refusals(id: number): Promise<readonly SourceRefusal[]>;
  /** Every source with its hashes, for the door. */
  all(): Promise<readonly KeptSource[]>;
  /** Notes the newest messages; one that is older than what is there changes nothing. */
  noteMessages(messages: ReadonlyMap<number, LastMessage>): Promise<void>;
  /** Calls `heard` after any change that the door must know: of sources, agreements and organisations. */
  onChange(heard: () => void): Promise<() => Promise<void>>;
}
