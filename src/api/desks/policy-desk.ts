import { Problem } from "../../errors.ts";
import type { PackBook, PackRecord } from "../../policy/pack-book.ts";
import type { PackKeeper } from "../../policy/pack-keeper.ts";
import type { PolicyPack } from "../../policy/pack.ts";
import { auditFirst } from "../audit-first.ts";
import type { Act, Rooms } from "../ports.ts";

export interface PolicyDeskParts {
  readonly keeper: PackKeeper;
  readonly book: PackBook;
  readonly audit: Rooms["audit"];
  readonly now: () => number;
}

/** The policy as people see it and change it. */
export interface PolicyPort {
  readonly pack: PolicyPack;
  /** Why the pack of the folder is not in force; null where it is. */
  readonly folderDiffers: string | null;
  readonly restartNeeded: boolean;
  readonly folderName: string;
  versions(): Promise<readonly PackRecord[]>;
  /** Of the pack in a folder beside the installation's; it waits for another person. `effectiveFrom`: epoch ms. */
  propose(asked: { folder: string; reason: string; effectiveFrom: number }, act: Act): Promise<PackRecord>;
  /** By another person than proposed it. */
  decide(digest: string, decision: "approved" | "refused", reason: string, act: Act): Promise<PackRecord>;
}

/** Changing the law is the audited act of two people; at its time it takes over (RET-4, AUD-1). */
export class PolicyDesk implements PolicyPort {
  readonly #parts: PolicyDeskParts;

  constructor(parts: PolicyDeskParts) {
    this.#parts = parts;
  }

  get pack(): PolicyPack {
    return this.#parts.keeper.policy.pack;
  }

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
    return this.#parts.book.all();
  }

  async propose(
    { folder, reason, effectiveFrom }: { folder: string; reason: string; effectiveFrom: number },
    act: Act,
  ): Promise<PackRecord> {
    const { book, audit, now } = this.#parts;
    const pack = this.#packIn(folder);
    if (effectiveFrom < now()) throw invalid("effectiveFrom", "Give a time that is yet to come.");
    const { id, digest } = pack;
    const change = { from: this.pack.digest, to: digest };
    await auditFirst(audit, act, "policy.propose", { policyPack: id, ...change, reason, effectiveFrom });
    return book.propose(pack, { by: act.by.person, at: now(), reason, effectiveFrom });
  }

  async decide(digest: string, state: "approved" | "refused", reason: string, act: Act): Promise<PackRecord> {
    const { book, audit, keeper, now } = this.#parts;
    const record = await book.find(digest);
    if (record === undefined) throw new Problem("NOT_FOUND", "No such policy pack is on record.");
    if (record.proposedBy?.id === act.by.person) {
      throw new Problem("NOT_AUTHORISED", "Nobody approves the policy pack that they proposed.", {
        extra: { rules: ["policy-is-approved-by-another"], needed: ["Another person to decide."] },
      });
    }
    await auditFirst(audit, act, "policy.decide", {
      policyPack: record.id,
      policyPackDigest: digest,
      state,
      reason,
    });
    const decided = await book.decide(digest, { state, by: act.by.person, at: now(), reason });
    await keeper.takeOver();
    return decided;
  }

  #packIn(folder: string): PolicyPack {
    try {
      return this.#parts.keeper.packInFolder(folder);
    } catch (error) {
      throw invalid("folder", error instanceof Error ? error.message : String(error));
    }
  }
}

const invalid = (path: string, message: string): Problem =>
  new Problem("INPUT_INVALID", "Correct what `errors` names and send it again.", {
    errors: [{ path, code: "INVALID_VALUE", message }],
  });
