import type { Role } from "./roles.ts";
import type { PackTexts } from "./policy-pack.ts";

/** A policy pack on record: whose act it was to bring it in. Times are epoch milliseconds UTC. */
export interface PackRecord {
  /** SHA-256 over its files, hexadecimal. */
  readonly digest: string;
  readonly id: string;
  readonly state: "proposed" | "approved" | "refused";
  /** Null: it came with the installation. */
  readonly proposedBy: { readonly id: number; readonly username: string } | null;
  readonly proposedAt: number;
  readonly decidedBy: { readonly id: number; readonly username: string } | null;
  readonly decidedAt: number | null;
  readonly reason: string;
  readonly effectiveFrom: number;
}

/** A pack on record with what it says. */
export type PackOnRecord = PackRecord & { readonly texts: PackTexts };

export type PackFiles = { readonly digest: string; readonly id: string; readonly texts: PackTexts };

/** The packs that were in force, are, or will be (RET-4). Nothing is ever deleted. */
export interface PackStore {
  /** Takes a pack as it came with the installation; in force from then on. */
  adopt(pack: PackFiles, at: number, why: string): Promise<void>;
  /** @throws Problem CONFLICT when that very pack is on record already */
  propose(
    pack: PackFiles,
    how: { by: number; at: number; reason: string; effectiveFrom: number },
  ): Promise<PackRecord>;
  /** Takes effect at the proposed time, never before it was decided. @throws Problem CONFLICT unless it waits for another's decision */
  decide(
    digest: string,
    how: { state: "approved" | "refused"; by: number; at: number; reason: string },
  ): Promise<PackRecord>;
  find(digest: string): Promise<PackOnRecord | undefined>;
  /** Whether an active person with one of these roles belongs to an organisation. */
  hasActive(organisation: number, roles: readonly Role[]): Promise<boolean>;
  /** Newest first, at most a hundred. */
  all(): Promise<readonly PackRecord[]>;
  /** The pack that is in force at a moment; undefined before the first was adopted. */
  inForceAt(at: number): Promise<PackOnRecord | undefined>;
}
