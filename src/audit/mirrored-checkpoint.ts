import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checkpoint } from "./tlog/checkpoint.ts";
import { CHECKPOINT_PATH, FaultFound, noteOf } from "./tlog/public-files.ts";
import { openCheckpoint } from "./tlog/signed-checkpoint.ts";
import { LARGEST_NOTE, type NoteVerifier } from "./tlog/signed-note.ts";

/**
 * The newest checkpoint of this log that a mirror kept (AUD-1): a folder as `audit mirror` keeps it, or the address it is shown at.
 * @throws Error where it cannot be read; FaultFound where it is not one that this log signed
 */
export async function mirroredCheckpoint(
  mirror: string,
  key: NoteVerifier,
  { timeoutMs, fetch: get = fetch }: { readonly timeoutMs: number; readonly fetch?: typeof fetch },
): Promise<Checkpoint> {
  const bytes = /^https?:\/\//.test(mirror)
    ? await fetched(`${mirror.replace(/\/+$/, "")}/${CHECKPOINT_PATH}`, get, timeoutMs)
    : await readFile(join(mirror, CHECKPOINT_PATH));
  if (bytes.length > LARGEST_NOTE) throw new FaultFound(mirror, `it has more than ${LARGEST_NOTE} bytes`);
  return openCheckpoint(noteOf(bytes, mirror), key, [], 0, mirror);
}

async function fetched(address: string, get: typeof fetch, timeoutMs: number): Promise<Buffer> {
  const reply = await get(address, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  if (!reply.ok) throw new Error(`${address} answered ${reply.status}.`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of reply.body ?? []) {
    length += part.length;
    parts.push(part);
    if (length > LARGEST_NOTE) break;
  }
  return Buffer.concat(parts);
}
