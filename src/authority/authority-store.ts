import type { AuthorityFacts } from "../policy/facts.ts";

/** An authority as whoever relies on it sees it. */
export interface Authority extends AuthorityFacts {
  readonly id: string;
}

/** The authorities on record, for whoever relies on them. */
export interface AuthorityStore {
  /** One of an organisation, by id or reference; undefined when it has none such: another's is as good as not there. */
  find(idOrReference: string, organisation: number): Promise<Authority | undefined>;
  /** Those a person may rely on at that moment (epoch ms), soonest ending first. */
  current(person: number, organisation: number, now: number): Promise<readonly Authority[]>;
}
