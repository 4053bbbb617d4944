import type { Principal } from "./principal.ts";
import type { Area } from "../read/position.ts";
import type { Level, Purpose } from "./purpose.ts";

/** What an authority is limited to; null: no limit. Times are epoch milliseconds UTC, `to` exclusive. */
export interface AuthorityScope {
  readonly vrms: readonly string[] | null;
  /** Named NRDs and an area; reads of either are within it. */
  readonly nrds: readonly number[] | null;
  readonly area: Area | null;
  /** When the reads it is about were captured. */
  readonly from: number | null;
  readonly to: number | null;
}

/** An authority as far as a decision needs it. Times are epoch milliseconds UTC. */
export interface AuthorityFacts {
  readonly reference: string;
  readonly organisation: number;
  readonly state: string;
  readonly from: number;
  readonly until: number;
  /** Person ids that may rely on it; empty means everyone of the organisation. */
  readonly holders: readonly number[];
  readonly purpose: Purpose;
  readonly level: Level;
  /** Code of the exceptional criterion relied on; null: none. */
  readonly exceptional: string | null;
  /** Person id of whoever approved it or gave it orally; null while nobody has. */
  readonly approver: number | null;
  /** Rank of whoever approved it; null while nobody has, or where they hold none. */
  readonly approverRank: string | null;
  /** When it was given orally, while it is not confirmed in writing; null otherwise. */
  readonly oralSince: number | null;
  readonly scope: AuthorityScope;
}

/**
 * What sentences measure of a question, beside its period and its places; a question says those that its kind has. A new
 * measure stands here and in the pack's schema.
 */
export const NO_MEASURES = {
  radiusMetres: 0,
  /** For partial VRMs: how many characters are given. */
  givenCharacters: 0,
};
export type EnquiryMeasures = Readonly<typeof NO_MEASURES>;

/** What a person wants to ask, reduced to what the rules look at. Times are epoch milliseconds UTC. */
export interface EnquiryProposal extends Principal {
  /** Undefined: none is relied on. Null: one is named that is not on record. */
  readonly authority: AuthorityFacts | null | undefined;
  /** NRDs that the register places in the authority's area; empty where it has none. */
  readonly authorityPlaces: readonly number[];
  /** Stated by the asker; needed where no authority is relied on. */
  readonly purpose: Purpose | null;
  readonly level: Level | null;
  /** Reference of the case or operation. */
  readonly reference: string | null;
  readonly reason: string;
  /** Name of the kind of question, as sentences compare it. */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** For a question that names a vehicle. */
  readonly vrm?: string;
  /** For a question about places: every NRD that is asked about. */
  readonly nrds?: readonly number[];
  readonly measures: Partial<EnquiryMeasures>;
  /** When it was first asked, from which the ordinary period counts; later pages of it are no older. */
  readonly asked: number;
  /** Reads of the answer that go before the page wanted. */
  readonly rowsBefore: number;
  /** Of the 24 hours before the question was asked; reads until now. */
  readonly lastDay: LastDay;
  /** NRDs whose reads are not for everybody. */
  readonly tagged: readonly TaggedNrd[];
}

/**
 * What a person did within 24 hours: enquiries made and looks through old hits, refused ones left out, and reads they were shown,
 * by enquiries, singly, and by the stream of hits.
 */
export interface LastDay {
  readonly enquiries: number;
  readonly rows: number;
}

/** An NRD whose reads are not for everybody. */
export interface TaggedNrd {
  readonly id: number;
  readonly organisation: number;
  readonly covert: boolean;
  /** Its source is bound to one purpose by a certificate (CERT-1). */
  readonly certificate: boolean;
}

/** The read behind a hit, as far as opening it goes. Times are epoch milliseconds UTC. */
export interface HitReadFacts {
  /** Id of the hit, and name of the list that raised it. */
  readonly id: string;
  readonly list: string;
  /** Whose list it is. */
  readonly organisation: number;
  readonly captured: number;
  readonly received: number;
  /** How far the hit was dealt with: new, acknowledged, verified or closed. */
  readonly state: string;
  /** The NRD where its reads are not for everybody; null where they are. */
  readonly tagged: TaggedNrd | null;
}

/** A look through hits that are no longer in hand (INV-7). Times are epoch milliseconds UTC. */
export interface OldHitsProposal extends Principal {
  /** As stated; null: none was. */
  readonly purpose: Purpose | null;
  readonly reason: string;
  /** The oldest capture it reaches. */
  readonly from: number;
  readonly lastDay: LastDay;
}

/** A request for an authority, as far as deciding it goes. */
export interface AuthorityRequestFacts {
  /** Person who asked. */
  readonly asker: number;
  readonly organisation: number;
  readonly level: Level;
  /** The oldest capture it reaches; null: as far as the rules allow. */
  readonly from: number | null;
  readonly exceptional: string | null;
}

/** Reads somebody wants to take out. */
export interface ExportProposal extends Principal {
  readonly rows: number;
  /** Person id of whoever approved it; null: nobody. */
  readonly approvedBy: number | null;
  /** When the second factor was last given, epoch ms. */
  readonly steppedUp: number;
}
