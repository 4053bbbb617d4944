import type { AuditLog, Opening } from "../audit/audit-log.ts";
import type { InclusionProof, PublishedLog } from "../audit/published-log.ts";
import { TILE_WIDTH } from "../audit/tlog/tile.ts";
import { Problem } from "../errors.ts";
import { mayDo } from "../policy/roles.ts";
import { isWithin } from "../policy/scope.ts";
import { auditScope, requireReason } from "./audit-scope.ts";
import { auditedLook } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

const RETRY_SECONDS = 1;

/** A proof with what opens the commitments of its leaf, for those who may see the entry. */
export interface OpenedProof extends InclusionProof {
  readonly sealed: Readonly<Record<string, Opening>>;
}

/** What of the log's proofs is for people who have signed in: leaves for auditors, proofs also for whoever acted. */
export class Proofs {
  readonly #audit: AuditLog;
  readonly #published: PublishedLog;

  constructor(audit: AuditLog, published: PublishedLog) {
    this.#audit = audit;
    this.#published = published;
  }

  /** A bundle of leaves, as tlog-tiles has it. @throws Problem NOT_FOUND unless a checkpoint covers all of it */
  async leaves(index: number, width: number, caller: Caller): Promise<Buffer> {
    const first = index * TILE_WIDTH;
    const bundle = await auditedLook(
      this.#audit,
      caller,
      "audit.leaves",
      { from: first, to: first + width },
      () => this.#published.entries(index, width),
      (found) => ({ count: found === null ? 0 : width }),
    );
    if (bundle === null) throw new Problem("NOT_FOUND", "No checkpoint of the log covers these entries yet.");
    return bundle;
  }

  /**
   * Proves that an entry is in the log: to whoever may search it within their remit, and to whoever the entry is of (AUD-2).
   * The look is logged before it is answered.
   * @throws Problem NOT_AUTHORISED, or NOT_FOUND for an entry that no checkpoint covers yet
   */
  async proof(index: number, reason: string | undefined, caller: Caller): Promise<OpenedProof> {
    const { proof } = await auditedLook(
      this.#audit,
      caller,
      "audit.entry",
      { kind: "proof", entry: index, reason },
      () => this.#prove(index, reason, caller),
      (found) => ({ count: found.proof === null ? 0 : 1, rules: found.rules }),
    );
    if (proof === null) {
      throw new Problem("NOT_FOUND", `No checkpoint of the log covers an entry ${index} yet.`, {
        retryAfter: RETRY_SECONDS,
      });
    }
    return proof;
  }

  async #prove(
    index: number,
    reason: string | undefined,
    caller: Caller,
  ): Promise<{ proof: OpenedProof | null; rules: readonly string[] }> {
    const [entry] = await this.#audit.from(index, 1);
    // Whose an entry is that was changed in the store, nobody can tell from what stands there.
    const own =
      entry?.actor === caller.username &&
      entry.organisation === caller.organisation.id &&
      entry.fault === null;
    const within =
      mayDo(caller.roles, "audit.search") && isWithin(auditScope(caller), entry?.organisation ?? null);
    if (within && !own) requireReason(caller, reason);
    const rules = [own ? "own-entry" : "audit-search-within-remit"];
    if (!own && !within) {
      throw new Problem(
        "NOT_AUTHORISED",
        "Only the person the entry is about and auditors can have its proof.",
        {
          extra: { rules, needed: ["An entry about you, or a role that can search the log it is in."] },
        },
      );
    }
    const proof = entry?.index === index ? await this.#published.proof(index) : null;
    return { proof: proof && { ...proof, sealed: await this.#audit.openings(index) }, rules };
  }
}
