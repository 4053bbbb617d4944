import { check } from "../audit/check.ts";
import { mirror } from "../audit/mirror.ts";
import { verify } from "../audit/verify.ts";
import { witness } from "../audit/witness.ts";
import { UsageError } from "../options.ts";

const ACTS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  verify,
  check,
  mirror,
  witness,
};

/** What a stranger does with the public log (AUD-1): verify it or one entry of it, mirror it, or be its witness. */
export async function audit(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const act = name !== undefined && Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
  if (act === undefined) throw new UsageError(`audit takes one of: ${Object.keys(ACTS).join(", ")}.`);
  return act(rest);
}
