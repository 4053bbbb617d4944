import { parseCheckpoint } from "./checkpoint.ts";
import { openNote, parseSignatureLine, type NoteVerifier } from "./signed-note.ts";
import { witnessRequest } from "./witness.ts";

/** A witness that a log asks. */
export interface KnownWitness {
  /** The submission prefix: the request goes to `<url>/add-checkpoint`. */
  readonly url: string;
  readonly key: NoteVerifier;
}

/** A witness's answer. */
export type WitnessAnswer =
  | {
      readonly cosigned: true;
      /** One signature line with its line end, of this witness's key and checked: to be added to the note. */
      readonly line: string;
      /** When the witness signed, ms since 1970. */
      readonly time: number;
    }
  | {
      readonly cosigned: false;
      readonly why: string;
      /** It says that it cosigned another history: more entries than the checkpoint's, or ones that do not lead to it. */
      readonly contradicts?: { readonly size: number };
    };

const TIMEOUT_MS = 10_000;
/** A reply larger than this, in bytes, is not read. */
const LARGEST_REPLY = 16_384;
const SIZE_REPLY = "text/x.tlog.size";

/**
 * Asks a witness to cosign a checkpoint (C2SP tlog-witness; AUD-1). A witness that is at another size than thought says so,
 * and is asked once more from there. Never rejects for what a witness does or does not do: it is a value, to be tried again.
 * @param note the checkpoint, signed by the log
 * @param proof makes the consistency proof from a size to the note's; called once or twice; a size it rejects is reported
 * @param options.oldSize the size the witness cosigned last, where known; 0 lets the witness say
 */
export async function askWitness(
  witness: KnownWitness,
  note: string,
  proof: (oldSize: number) => Promise<readonly Buffer[]>,
  options: { oldSize?: number; fetch?: typeof fetch; timeoutMs?: number } = {},
): Promise<WitnessAnswer> {
  const name = witness.key.name;
  const { size: offered } = parseCheckpoint(note.slice(0, note.lastIndexOf("\n\n") + 1)) ?? { size: 0 };
  let oldSize = options.oldSize ?? 0;
  try {
    let reply = await post(witness.url, witnessRequest(...(await from(oldSize))), options);
    if (reply.status === 409 && reply.type === SIZE_REPLY) {
      const size = /^(0|[1-9]\d{0,15})\n$/.exec(reply.body)?.[1];
      if (size === undefined) return { cosigned: false, why: `${name} answered a size that is none.` };
      oldSize = Number(size);
      if (oldSize > offered)
        return {
          cosigned: false,
          why: `${name} has cosigned ${oldSize} entries, and the checkpoint is over ${offered}.`,
          contradicts: { size: oldSize },
        };
      reply = await post(witness.url, witnessRequest(...(await from(oldSize))), options);
    }
    if (reply.status !== 200) {
      const why = `${name} answered ${reply.status}: ${firstLine(reply.body)}`;
      // 422: our proof from what it cosigned does not lead to ours. 409 without a size: another root of the same size.
      const forked = reply.status === 422 || (reply.status === 409 && reply.type !== SIZE_REPLY);
      return { cosigned: false, why, ...(forked ? { contradicts: { size: oldSize } } : {}) };
    }
    return cosignature(witness.key, note, reply.body);
  } catch (error) {
    return { cosigned: false, why: `${name} cannot be asked: ${reasonOf(error)}` };
  }

  async function from(oldSize: number): Promise<[number, readonly Buffer[], string]> {
    return [oldSize, await proof(oldSize), note];
  }
}

/** The one line of a reply that is this witness's and holds over the note; whatever else it says is dropped. */
function cosignature(key: NoteVerifier, note: string, reply: string): WitnessAnswer {
  const unsigned = note.slice(0, note.lastIndexOf("\n\n") + 2);
  let why = `${key.name} answered no signature of its own.`;
  for (const line of reply.split("\n")) {
    const parsed = parseSignatureLine(line);
    if (parsed?.name !== key.name || parsed.keyId !== key.keyId) continue;
    const opened = openNote(`${unsigned}${line}\n`, [key]);
    const time = opened.opened ? opened.signatures[0]?.time : null;
    if (typeof time === "number") return { cosigned: true, line: `${line}\n`, time };
    why = opened.opened
      ? `The key of ${key.name} is not a witness's: its signatures have no time.`
      : opened.why;
  }
  return { cosigned: false, why };
}

async function post(
  url: string,
  body: string,
  options: { fetch?: typeof fetch; timeoutMs?: number },
): Promise<{ status: number; type: string; body: string }> {
  const reply = await (options.fetch ?? fetch)(`${url.replace(/\/+$/, "")}/add-checkpoint`, {
    method: "POST",
    body,
    redirect: "error",
    signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of reply.body ?? []) {
    length += part.length;
    if (length > LARGEST_REPLY) throw new Error(`its answer is larger than ${LARGEST_REPLY} bytes`);
    parts.push(part);
  }
  const type = reply.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  return { status: reply.status, type, body: Buffer.concat(parts).toString() };
}

/** What a witness says is for a log line: one line, printable, short. */
const firstLine = (text: string): string =>
  (text.split("\n")[0] ?? "").replaceAll(/[^\x20-\x7E]/g, "?").slice(0, 200);

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};
