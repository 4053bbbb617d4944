import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { privateKeyOf } from "../../audit/tlog/signed-note.ts";
import type { WitnessedHead, WitnessStore } from "../../audit/tlog/witness.ts";
import { replaceFile } from "../../audit/replace-file.ts";

const SEED_BYTES = 32;

const STATE = z.strictObject({
  name: z.string().min(1),
  seed: z.base64(),
  logs: z.record(
    z.string(),
    z.strictObject({ size: z.number().int().nonnegative(), root: z.base64(), note: z.string() }),
  ),
});

/**
 * A witness's key and what it has cosigned, in one file: whoever loses the memory loses the key with it, for a key without its
 * memory could be made to cosign a fork.
 */
export class WitnessState implements WitnessStore {
  readonly #file: string;
  #state: z.infer<typeof STATE>;

  private constructor(file: string, state: z.infer<typeof STATE>) {
    this.#file = file;
    this.#state = state;
  }

  /**
   * Opens the state in a folder, or begins it with a new key.
   * @param name the witness's name for ever; needed to begin, and later only compared
   * @throws Error when it is damaged, readable by others, or of another name
   */
  static async open(folder: string, name: string | undefined): Promise<WitnessState> {
    const file = join(folder, "witness.json");
    if (statSync(file, { throwIfNoEntry: false }) === undefined) {
      const seed = randomBytes(SEED_BYTES).toString("base64");
      const begun = new WitnessState(file, { name: name ?? "waywarden-witness", seed, logs: {} });
      await begun.#write();
      return begun;
    }
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new Error(`${file} holds the witness's key and can be read by others. Run: chmod 600 ${file}`);
    }
    const state = stateIn(file);
    if (name !== undefined && name !== state.name) {
      throw new Error(`The witness of ${folder} is called ${state.name}; its name cannot change.`);
    }
    return new WitnessState(file, state);
  }

  get name(): string {
    return this.#state.name;
  }

  get privateKey(): ReturnType<typeof privateKeyOf> {
    return privateKeyOf(Buffer.from(this.#state.seed, "base64"));
  }

  latest(origin: string): WitnessedHead | null {
    const head = Object.hasOwn(this.#state.logs, origin) ? this.#state.logs[origin] : undefined;
    return head === undefined ? null : { ...head, root: Buffer.from(head.root, "base64") };
  }

  async keep(origin: string, { size, root, note }: WitnessedHead): Promise<void> {
    const before = this.#state;
    const logs = { ...before.logs, [origin]: { size, root: root.toString("base64"), note } };
    this.#state = { ...before, logs };
    try {
      await this.#write();
    } catch (error) {
      this.#state = before;
      throw error;
    }
  }

  #write(): Promise<void> {
    return replaceFile(this.#file, `${JSON.stringify(this.#state, null, 2)}\n`, 0o600);
  }
}

function stateIn(file: string): z.infer<typeof STATE> {
  try {
    return STATE.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Error(
      `${file} is damaged. Do not replace it with an older copy, which does not know what has been cosigned since: ` +
        "begin a new witness in an empty folder, and give its new key to the logs.",
      { cause: error },
    );
  }
}
