import { auditActs } from "../audit/acts/audit.ts";
import type { AuditLog, Opening } from "../audit/audit-log.ts";
import type { Audited } from "../audit/audited.ts";
import type { InclusionProof, PublishedLog } from "../audit/published-log.ts";
import { TILE_WIDTH } from "../audit/tlog/tile.ts";
import { Problem } from "../errors.ts";
import { mayDo } from "../policy/roles.ts";
import { isWithin } from "../policy/scope.ts";
import { hiddenFrom, isHidden } from "./hidden-suspicions.ts";
import { auditScope, requireReason } from "./audit-scope.ts";
import type { Caller } from "../identity/caller.ts";

const RETRY_SECONDS = 1;

/** A proof with what opens the commitments of its leaf, for those who may see the entry. */
export interface OpenedProof extends InclusionProof {
  readonly sealed: Readonly<Record<string, Opening>>;
}

/** What of the log's proofs is for people who have signed in: leaves for auditors, proofs also for whoever acted. */
export class Proofs {
  readonly #log: Pick<AuditLog, "from" | "openings">;
  readonly #audited: Audited;
  readonly #published: PublishedLog;

  constructor(log: Pick<AuditLog, "from" | "openings">, audited: Audited, published: PublishedLog) {
    this.#log = log;
    this.#audited = audited;
    this.#published = published;
  }

  /** A bundle of leaves, as tlog-tiles has it. @throws Problem NOT_FOUND unless a checkpoint covers all of it */
  async leaves(index: number, width: number, caller: Caller): Promise<Buffer> {
    const first = index * TILE_WIDTH;
    const subject = { from: first, to: first + width };
    const bundle = await this.#audited.look(caller.actor, auditActs.leaves, subject, async (entry) => {
      const found = await this.#published.entries(index, width);
      entry.add({ count: found === null ? 0 : width });
      return found;
    });
    if (bundle === null) throw new Problem("NOT_FOUND", "No checkpoint of the log covers these entries yet.");
    return bundle;
  }

  /**
   * Proves that an entry is in the log: to whoever may search it within their remit, and to whoever the entry is of (AUD-2).
   * The look is logged before it is answered.
   * @throws Problem NOT_AUTHORISED, or NOT_FOUND for an entry that no checkpoint covers yet
   */
  async proof(index: number, reason: string | undefined, caller: Caller): Promise<OpenedProof> {
    const subject = { kind: "proof", entry: index, reason } as const;
    const proof = await this.#audited.look(caller.actor, auditActs.entry, subject, async (entry) => {
      const found = await this.#prove(index, reason, caller);
      entry.add({ count: found.proof === null ? 0 : 1, rules: found.rules });
      return found.proof;
    });
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
    const [entry] = await this.#log.from(index, 1);
    // Whose an entry is that was changed in the store, nobody can tell from what stands there.
    const own =
      entry?.actor === caller.username &&
      entry.organisation === caller.organisation.id &&
      entry.fault === null;
    const within =
      mayDo(caller.roles, "audit.search") &&
      isWithin(auditScope(caller), entry?.organisation ?? null) &&
      !(entry !== undefined && isHidden(entry, hiddenFrom(caller)));
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
    return { proof: proof && { ...proof, sealed: await this.#log.openings(index) }, rules };
  }
}
