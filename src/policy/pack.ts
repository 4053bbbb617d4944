import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readRules } from "./cedar/rules.ts";
import { otherActions } from "./cedar/other-actions.ts";
import { overCeilings } from "./pack/ceilings.ts";
import { policyNumbersSchema } from "./pack/numbers.ts";
import { probe } from "./pack/probes.ts";
import { unknownPlaceholders } from "./pack/placeholders.ts";
import { PACK_FILES, type PolicyPack, type PackTexts } from "./policy-pack.ts";

/**
 * Reads the policy pack in a folder.
 * @throws Error naming the folder and every problem in it, so that a service never starts on half a law.
 */
export function loadPolicyPack(folder: string): PolicyPack {
  const texts = Object.fromEntries(
    PACK_FILES.map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  ) as PackTexts;
  return readPolicyPack(texts, folder);
}

/** Digests of packs that were probed and found well. */
const probed = new Set<string>();

/** A pack from its texts, wherever they were kept. @throws Error naming every problem in it */
export function readPolicyPack(texts: PackTexts, where = "in the register"): PolicyPack {
  const wrong: string[] = [];
  const numbers = policyNumbersSchema.safeParse(jsonOf(texts["numbers.json"]));
  if (!numbers.success) wrong.push(`numbers.json: ${z.prettifyError(numbers.error)}`);
  const read = readRules(texts["access.cedar"], texts["schema.cedarschema"]);
  wrong.push(...read.wrong.map((problem) => `access.cedar: ${problem}`));
  wrong.push(...otherActions(texts["schema.cedarschema"]).map((problem) => `schema.cedarschema: ${problem}`));
  if (numbers.success) wrong.push(...unknownPlaceholders(read.rules, numbers.data));
  if (numbers.success) wrong.push(...overCeilings(numbers.data).map((problem) => `numbers.json: ${problem}`));
  const refuse = (): never => {
    throw new Error(`Policy pack ${where} is not valid:\n${wrong.join("\n")}`);
  };
  if (!numbers.success || wrong.length > 0) return refuse();
  const pack = { ...numbers.data, digest: digestOf(texts), rules: read.rules, texts };
  if (!probed.has(pack.digest)) wrong.push(...probe(pack).map((problem) => `access.cedar: ${problem}`));
  if (wrong.length > 0) return refuse();
  probed.add(pack.digest);
  return pack;
}

/** SHA-256 over the files in their fixed order, each preceded by its name and length. */
function digestOf(texts: PackTexts): string {
  const hash = createHash("sha256");
  for (const file of PACK_FILES) {
    const bytes = Buffer.from(texts[file]);
    hash.update(`${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return String(error);
  }
}
