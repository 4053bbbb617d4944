import type { PolicyRule } from "../cedar/rules.ts";
import { permissionsOf } from "../permissions.ts";
import { ACTIONS, type Action, type Role } from "../roles.ts";
import { PACK_FILES, type PolicyPack } from "../policy-pack.ts";

type Scalar = string | number | boolean;
/** A value of numbers.json: one, or a list of them. */
export type PackValue = Scalar | readonly Scalar[];

/** A sentence of the same name in both packs. */
export interface ChangedRule {
  readonly name: string;
  /** False: only its words differ, the decision does not. */
  readonly decides: boolean;
  readonly before: PolicyRule;
  readonly after: PolicyRule;
}

/** A value under its name, `access.ordinaryDays`; null in the pack that lacks it. */
export interface ChangedNumber {
  readonly path: string;
  readonly before: PackValue | null;
  readonly after: PackValue | null;
}

/** What the sentences about roles come to, decided with both packs. */
export interface ChangedPermission {
  readonly action: Action;
  readonly gain: readonly Role[];
  readonly lose: readonly Role[];
}

/** What one pack says otherwise than another, as whoever approves it must see it (RET-4). */
export interface PackDifference {
  readonly added: readonly PolicyRule[];
  readonly removed: readonly PolicyRule[];
  readonly changed: readonly ChangedRule[];
  readonly numbers: readonly ChangedNumber[];
  readonly permissions: readonly ChangedPermission[];
  /** Files that differ in what is none of these: comments, order, or what facts the sentences may look at. */
  readonly elsewhere: readonly (typeof PACK_FILES)[number][];
}

/** What `after` says otherwise than `before`. Both are valid packs; sentences are told apart by their names. */
export function packDifference(before: PolicyPack, after: PolicyPack): PackDifference {
  const known = new Map(before.rules.map((rule) => [rule.name, rule]));
  const kept = new Set(after.rules.map(({ name }) => name));
  const added = after.rules.filter(({ name }) => !known.has(name));
  const removed = before.rules.filter(({ name }) => !kept.has(name));
  const changed = after.rules.flatMap((rule) => {
    const was = known.get(rule.name);
    if (was === undefined || was.text === rule.text) return [];
    return [{ name: rule.name, decides: decisionOf(was) !== decisionOf(rule), before: was, after: rule }];
  });
  const numbers = changedNumbers(before, after);
  const told = {
    "numbers.json": numbers.length > 0,
    "access.cedar": added.length + removed.length + changed.length > 0,
    "schema.cedarschema": false,
  };
  const elsewhere = PACK_FILES.filter((file) => before.texts[file] !== after.texts[file] && !told[file]);
  return { added, removed, changed, numbers, permissions: changedPermissions(before, after), elsewhere };
}

/** A sentence without the words about it. */
const decisionOf = ({ json: { annotations: _words, ...decision } }: PolicyRule): string =>
  JSON.stringify(decision);

function changedNumbers(before: PolicyPack, after: PolicyPack): ChangedNumber[] {
  const [old, young] = [before, after].map(
    ({ texts }) => new Map(valuesByName(JSON.parse(texts["numbers.json"]), "")),
  ) as [Map<string, PackValue>, Map<string, PackValue>];
  return [...new Set([...old.keys(), ...young.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? null, after: young.get(path) ?? null }))
    .filter(({ before: was, after: is }) => JSON.stringify(was) !== JSON.stringify(is));
}

/** Every value under its name; members of a list go by their own name, or by their place in it. */
function valuesByName(value: unknown, path: string): (readonly [string, PackValue])[] {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  if (Array.isArray(value) && value.some(isRecord)) {
    const names = value.map((one, index) => String(one.name ?? one.id ?? index + 1));
    return value.flatMap((one, index) => {
      const name = names[index] as string;
      return valuesByName(one, at(names.indexOf(name) === index ? name : `${name} (${index + 1})`));
    });
  }
  if (!isRecord(value)) return [[path, value as PackValue]];
  return Object.entries(value).flatMap(([key, member]) => valuesByName(member, at(key)));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function changedPermissions(before: PolicyPack, after: PolicyPack): ChangedPermission[] {
  const old = permissionsOf(before.digest, before.rules);
  const young = permissionsOf(after.digest, after.rules);
  return ACTIONS.map((action) => ({
    action,
    gain: young[action].filter((role) => !old[action].includes(role)),
    lose: old[action].filter((role) => !young[action].includes(role)),
  })).filter(({ gain, lose }) => gain.length + lose.length > 0);
}
