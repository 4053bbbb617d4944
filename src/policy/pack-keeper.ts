import { basename, dirname, join } from "node:path";
import type { AuditLog } from "../audit/audit-log.ts";
import { PolicyInForce } from "./in-force.ts";
import type { PackBook } from "./pack-book.ts";
import { loadPolicyPack, readPolicyPack, type PolicyPack } from "./pack.ts";

export interface PackKeeperParts {
  readonly book: PackBook;
  readonly audit: Pick<AuditLog, "append">;
  /** The folder of the pack that came with the installation; packs to propose lie beside it. */
  readonly folder: string;
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

  /** @throws Error when there is no valid pack to begin with */
  static async start(parts: PackKeeperParts): Promise<PackKeeper> {
    const { book, folder, now } = parts;
    const adopted = await book.inForceAt(now());
    if (adopted === undefined) return adopt(parts, "Adopted at the first start.");
    let pack: PolicyPack;
    try {
      pack = readPolicyPack(adopted.texts);
    } catch (error) {
      // A newer program may ask for numbers that the pack of an older one lacks; its own then takes over, on record.
      return adopt(parts, `This version cannot apply the pack in force before. ${String(error)}`);
    }
    return new PackKeeper(parts, pack, differenceOf(folder, pack));

    async function adopt(given: PackKeeperParts, why: string): Promise<PackKeeper> {
      const shipped = loadPolicyPack(folder);
      await logLoad(given, shipped, { adopted: true, why });
      await book.adopt(shipped, now(), why);
      return new PackKeeper(given, shipped, null);
    }
  }

  /** Lets the pack take over whose time has come; answers what was done. Every process looks each minute. */
  async takeOver(): Promise<string> {
    const { book, now } = this.#parts;
    const due = await book.inForceAt(now());
    if (due === undefined || due.digest === this.policy.pack.digest) return `${this.policy.pack.id} stays`;
    const pack = readPolicyPack(due.texts);
    await logLoad(this.#parts, pack, {
      before: this.policy.pack.digest,
      proposedBy: due.proposedBy?.username ?? null,
      decidedBy: due.decidedBy?.username ?? null,
    });
    this.policy.change(pack);
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

  /** Whether numbers that parts take at their start, such as those of deletion, wait for a restart. */
  get restartNeeded(): boolean {
    return this.#atStart.texts["numbers.json"] !== this.policy.pack.texts["numbers.json"];
  }

  /** The pack in a folder beside that of the installation. @throws Error naming all that is wrong with it */
  packInFolder(name: string): PolicyPack {
    if (!FOLDER_NAME.test(name))
      throw new Error("A pack lies in a folder named with small letters, digits and hyphens.");
    return loadPolicyPack(join(dirname(this.#parts.folder), name));
  }

  /** The name of the folder of the installation's own pack. */
  get folderName(): string {
    return basename(this.#parts.folder);
  }
}

const logLoad = ({ audit }: PackKeeperParts, { id, digest }: PolicyPack, more: object): Promise<unknown> =>
  audit.append({
    actor: "service",
    organisation: null,
    action: "policy.load",
    outcome: "done",
    subject: { policyPack: id, policyPackDigest: digest, ...more },
    requestId: null,
  });

function differenceOf(folder: string, inForce: PolicyPack): string | null {
  try {
    const { id, digest } = loadPolicyPack(folder);
    if (digest === inForce.digest) return null;
    return `The pack in the folder, ${id}, is not the one in force, ${inForce.id}: propose it, or put the other back.`;
  } catch (error) {
    return `The pack in the folder cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
