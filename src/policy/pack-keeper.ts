import { basename, dirname, join } from "node:path";
import type { SubjectOf } from "../audit/act.ts";
import { policyActs } from "../audit/acts/policy.ts";
import { service } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";
import { PolicyInForce } from "./in-force.ts";
import type { PackStore, PackRecord } from "./pack-store.ts";
import { loadPolicyPack, readPolicyPack } from "./pack.ts";
import type { PolicyPack } from "./policy-pack.ts";

export interface PackKeeperParts {
  readonly store: PackStore;
  readonly audited: Audited;
  /** The folder of the pack that came with the installation; packs to propose lie beside it. */
  readonly folder: string;
  /** Digest of a pack that whoever runs the service lets hold where this program cannot apply the approved one. */
  readonly adopt?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const MINUTE_MS = 60_000;
const FOLDER_NAME = /^[a-z0-9][a-z0-9-]{0,40}$/;

/**
 * Keeps the pack in force the one that was approved (RET-4). The first start adopts the pack of the folder. After that the
 * folder is only where proposals come from: what is there may differ, and is never used until two people have made it law.
 */
export class PackKeeper {
  readonly policy: PolicyInForce;
  /** Why the pack of the folder is not the one in force, in a sentence; null where it is. */
  readonly folderDiffers: string | null;
  readonly #parts: PackKeeperParts;
  readonly #atStart: PolicyPack;

  private constructor(parts: PackKeeperParts, pack: PolicyPack, folderDiffers: string | null) {
    this.#parts = parts;
    this.#atStart = pack;
    this.policy = new PolicyInForce(pack);
    this.folderDiffers = folderDiffers;
  }

  /** @throws Error, saying what to do, when there is no valid pack to begin with or the approved one cannot be applied */
  static async start(parts: PackKeeperParts): Promise<PackKeeper> {
    const { store, folder, now } = parts;
    const inForce = await store.inForceAt(now());
    if (inForce === undefined) {
      const shipped = loadPolicyPack(folder);
      const why = "Adopted at the first start.";
      await load(parts, shipped, { adopted: true, why }, () => store.adopt(shipped, now(), why));
      return new PackKeeper(parts, shipped, null);
    }
    try {
      const pack = readPolicyPack(inForce.texts);
      return new PackKeeper(parts, pack, differenceOf(folder, pack));
    } catch (error) {
      return PackKeeper.#instead(parts, inForce, error instanceof Error ? error.message : String(error));
    }
  }

  /** Where the pack in force cannot be applied, only one that people approved holds, or one that was named deliberately. */
  static async #instead(parts: PackKeeperParts, inForce: PackRecord, problem: string): Promise<PackKeeper> {
    const { store, folder, now } = parts;
    const shipped = loadPolicyPack(folder);
    const record = await store.find(shipped.digest);
    const named = parts.adopt === shipped.digest && record?.state !== "refused";
    const approved = record?.state === "approved";
    if (!approved && !named) throw new Error(sayWhatToDo(folder, shipped, { inForce, problem, record }));
    const why = `This version of the program cannot apply ${inForce.id}, the pack in force. ${problem}`;
    await load(parts, shipped, { before: inForce.digest, adopted: !approved, why }, async () => {
      if (!approved) await store.adopt(shipped, now(), why);
    });
    return new PackKeeper(parts, shipped, approved ? `${why} The folder's, approved before, holds.` : null);
  }

  /** Lets the pack take over whose time has come; answers what was done. Every process looks each minute. */
  async takeOver(): Promise<string> {
    const { store, now } = this.#parts;
    const due = await store.inForceAt(now());
    if (due === undefined || due.digest === this.policy.pack.digest) return `${this.policy.pack.id} stays`;
    const pack = readPolicyPack(due.texts);
    const about = {
      before: this.policy.pack.digest,
      proposedBy: due.proposedBy?.username ?? null,
      decidedBy: due.decidedBy?.username ?? null,
    };
    await load(this.#parts, pack, about, async () => this.policy.change(pack));
    return `${pack.id} took over`;
  }

  /** Looks each minute from now on; `failed` hears of looks that did not work. Out: stops, once what runs has ended. */
  follow(failed: (error: unknown) => void): () => Promise<void> {
    let looking: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      looking = this.takeOver().catch(failed);
    }, MINUTE_MS);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await looking;
    };
  }

  /** Whether numbers that the intake of reads took at its start wait for a restart. */
  get restartNeeded(): boolean {
    return takenAtStart(this.#atStart) !== takenAtStart(this.policy.pack);
  }

  /** The pack in a folder beside that of the installation. @throws Error naming all that is wrong with it */
  packInFolder(name: string): PolicyPack {
    if (!FOLDER_NAME.test(name))
      throw new Error("A pack lies in a folder named with small letters, digits and hyphens.");
    const pack = loadPolicyPack(join(dirname(this.#parts.folder), name));
    const { jurisdiction } = this.policy.pack;
    if (pack.jurisdiction !== jurisdiction)
      throw new Error(
        `${pack.id} is of ${pack.jurisdiction}; this service is under the law of ${jurisdiction}.`,
      );
    return pack;
  }

  /** The name of the folder of the installation's own pack. */
  get folderName(): string {
    return basename(this.#parts.folder);
  }
}

/** What intake and the collection of batches keep as it was when they began. */
const takenAtStart = ({ time, images, position, retention, audit }: PolicyPack): string =>
  JSON.stringify([time, images, position, retention, audit.collectionMinutes]);

/** Puts a pack in force, which the log has before and after. */
const load = (
  { audited }: PackKeeperParts,
  { id, digest }: PolicyPack,
  about: SubjectOf<typeof policyActs.load>,
  work: () => Promise<void>,
): Promise<void> =>
  audited.do(
    service("service"),
    policyActs.load,
    { policyPack: id, policyPackDigest: digest, ...about },
    work,
  );

function sayWhatToDo(
  folder: string,
  shipped: PolicyPack,
  { inForce, problem, record }: { inForce: PackRecord; problem: string; record: PackRecord | undefined },
): string {
  const cannot =
    `The policy pack in force, ${inForce.id}, cannot be applied by this version of the program, and nothing was started.\n` +
    `${problem}\nStart the version that ran before and have a pack approved there that both can apply`;
  if (record?.state === "refused")
    return `${cannot}. ${shipped.id} in ${folder} was refused, and never takes its place.`;
  return (
    `${cannot}; or, if there is none, set WAYWARDEN_ADOPT_POLICY_PACK=${shipped.digest} to let ${shipped.id} in ${folder} ` +
    "hold. Nobody will have approved it: the log and the page of the policy say so, and national administrators " +
    "should look at it at once."
  );
}

function differenceOf(folder: string, inForce: PolicyPack): string | null {
  try {
    const { id, digest } = loadPolicyPack(folder);
    if (digest === inForce.digest) return null;
    return `The pack in the folder, ${id}, is not the one in force, ${inForce.id}: propose it, or put the other back.`;
  } catch (error) {
    return `The pack in the folder cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
