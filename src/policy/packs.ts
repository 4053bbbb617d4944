import { Problem } from "../errors.ts";
import { packDifference, type PackDifference } from "./pack/difference.ts";
import type { PackStore, PackOnRecord, PackRecord } from "./pack-store.ts";
import type { PackKeeper } from "./pack-keeper.ts";
import { readPolicyPack } from "./pack.ts";
import { mayDo, rolesThatMay } from "./roles.ts";
import type { Principal } from "./principal.ts";
import { policyActs } from "../audit/acts/policy.ts";
import type { Actor } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";
import type { PolicyPack } from "./policy-pack.ts";

export interface PacksParts {
  readonly keeper: PackKeeper;
  readonly store: PackStore;
  readonly audited: Audited;
  readonly now: () => number;
}

/** A pack on record, held against the one in force. */
export interface PackHeldAgainst {
  readonly record: PackOnRecord;
  /** The pack in force, which the difference starts from. */
  readonly inForce: PolicyPack;
  /** Null where this version of the program cannot apply the pack; `unreadable` then says why. */
  readonly difference: PackDifference | null;
  readonly unreadable: string | null;
}

export interface PackDecision {
  readonly state: "approved" | "refused";
  readonly reason: string;
  /** Digest of the pack in force when the difference was looked at; absent where nobody says. */
  readonly comparedWith?: string | undefined;
}

/** Whoever proposes or decides. */
export type Decider = Principal & { readonly actor: Actor };

const DIGEST = /^[0-9a-f]{64}$/;

/** Changing the law is the audited act of two people who see what they change; at its time it takes over (RET-4, AUD-1). */
export class Packs {
  readonly #parts: PacksParts;

  constructor(parts: PacksParts) {
    this.#parts = parts;
  }

  get pack(): PolicyPack {
    return this.#parts.keeper.policy.pack;
  }

  /** Why the pack of the folder is not in force; null where it is. */
  get folderDiffers(): string | null {
    return this.#parts.keeper.folderDiffers;
  }

  get restartNeeded(): boolean {
    return this.#parts.keeper.restartNeeded;
  }

  get folderName(): string {
    return this.#parts.keeper.folderName;
  }

  versions(): Promise<readonly PackRecord[]> {
    return this.#parts.store.all();
  }

  /** What a pack says, and otherwise than the one in force. @throws Problem NOT_FOUND */
  async compare(digest: string): Promise<PackHeldAgainst> {
    const record = await this.#onRecord(digest);
    const inForce = this.pack;
    const read = readAgain(record);
    if ("unreadable" in read) return { record, inForce, difference: null, unreadable: read.unreadable };
    return { record, inForce, difference: packDifference(inForce, read.pack), unreadable: null };
  }

  /** Of the pack in a folder beside the installation's; it waits for another person. `effectiveFrom`: epoch ms. */
  async propose(
    { folder, reason, effectiveFrom }: { folder: string; reason: string; effectiveFrom: number },
    caller: Decider,
  ): Promise<PackRecord> {
    const { store, audited, now } = this.#parts;
    const pack = this.#packIn(folder);
    if (effectiveFrom < now()) throw invalid("effectiveFrom", "Give a time that is yet to come.");
    const { id, digest } = pack;
    const subject = { policyPack: id, from: this.pack.digest, to: digest, reason, effectiveFrom };
    return audited.do(caller.actor, policyActs.propose, subject, () =>
      store.propose(pack, { by: caller.person, at: now(), reason, effectiveFrom }),
    );
  }

  /** Why somebody whose role decides on packs may not decide on this one; undefined where they may. */
  async refusalTo(asker: Principal, { proposedBy }: PackRecord): Promise<Problem | undefined> {
    if (proposedBy?.id === asker.person)
      return refused("Nobody decides on the policy pack that they proposed.", {
        rules: ["policy-is-approved-by-another"],
        needed: ["Another person to decide."],
      });
    if (mayDo(asker.roles, "policy.propose")) return undefined;
    if (await this.#parts.store.hasActive(asker.organisation.id, rolesThatMay("policy.propose")))
      return undefined;
    return refused("The policy holds for every organisation; yours does not decide on it.", {
      rules: ["policy-is-approved-nationally"],
      needed: ["A national administrator, or the data protection officer of an organisation that has one."],
    });
  }

  /** By another person than proposed it. @throws Problem CONFLICT when another pack is in force than was compared with */
  async decide(digest: string, decision: PackDecision, caller: Decider): Promise<PackRecord> {
    const { state, reason, comparedWith = null } = decision;
    const { audited, keeper } = this.#parts;
    const subject = { policyPackDigest: digest, state, reason, comparedWith };
    const decided = await audited.do(caller.actor, policyActs.decide, subject, async (entry) => {
      const record = await this.#onRecord(digest);
      entry.add({ policyPack: record.id });
      return this.#decide(record, decision, caller);
    });
    // An act of its own, and not of whoever decided. Where it fails, each process tries again within a minute, and says why.
    await keeper.takeOver().catch(() => undefined);
    return decided;
  }

  async #decide(
    record: PackOnRecord,
    { state, reason, comparedWith }: PackDecision,
    caller: Decider,
  ): Promise<PackRecord> {
    const { store, now } = this.#parts;
    const refusal = await this.refusalTo(caller, record);
    if (refusal !== undefined) throw refusal;
    if (comparedWith !== undefined && comparedWith !== this.pack.digest)
      throw new Problem("CONFLICT", "Another pack took over since you looked. Look at the difference again.");
    const read = readAgain(record);
    if (state === "approved" && "unreadable" in read)
      throw new Problem("CONFLICT", `This version of the program cannot apply it. ${read.unreadable}`);
    return store.decide(record.digest, { state, by: caller.person, at: now(), reason });
  }

  async #onRecord(digest: string): Promise<PackOnRecord> {
    const record = DIGEST.test(digest) ? await this.#parts.store.find(digest) : undefined;
    if (record === undefined) throw new Problem("NOT_FOUND", "No such policy pack is on record.");
    return record;
  }

  #packIn(folder: string): PolicyPack {
    try {
      return this.#parts.keeper.packInFolder(folder);
    } catch (error) {
      throw invalid("folder", error instanceof Error ? error.message : String(error));
    }
  }
}

/** What is on record may be of an older program, and not be valid by this one. */
function readAgain({ texts }: PackOnRecord): { pack: PolicyPack } | { unreadable: string } {
  try {
    return { pack: readPolicyPack(texts) };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}

const refused = (detail: string, extra: { rules: string[]; needed: string[] }): Problem =>
  new Problem("NOT_AUTHORISED", detail, { extra });

const invalid = (path: string, message: string): Problem =>
  new Problem("INPUT_INVALID", "Correct what is named in `errors` and send it again.", {
    errors: [{ path, code: "INVALID_VALUE", message }],
  });
