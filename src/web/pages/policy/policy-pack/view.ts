import type { PackHeldAgainst } from "../../../../policy/packs.ts";
import type { ChangedNumber, PackDifference, PackValue } from "../../../../policy/pack/difference.ts";
import type { Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayOwn } from "../../../words/roles.ts";
import { sayPackState } from "../policy/view.ts";
import { PACK_FILES } from "../../../../policy/policy-pack.ts";

const ELSEWHERE: Readonly<Record<(typeof PACK_FILES)[number], string>> = {
  "numbers.json": "numbers.json is laid out differently; every value is the same.",
  "access.cedar": "access.cedar differs in comments or in the order of its sentences, which decide the same.",
  "schema.cedarschema":
    "schema.cedarschema differs: which facts a sentence may look at. Both texts are below.",
};

/** A pack and its difference from the one in force, in plain words. */
export function policyPackView(parts: {
  held: PackHeldAgainst;
  now: number;
  mayDecide: boolean;
  form: Form<"reason">;
  conflict: string;
}) {
  const { held, now, mayDecide, form, conflict } = parts;
  const { record, inForce, difference, unreadable } = held;
  const isInForce = record.digest === inForce.digest;
  return {
    pageTitle: `Policy pack ${record.id}`,
    form,
    hasErrors: form.summary.length > 0,
    conflict,
    record: {
      ...record,
      stateWords: sayPackState(record, inForce.digest, now),
      effectiveFrom: sayTime(record.effectiveFrom),
      proposer: record.proposedBy?.username ?? "the installation",
      decider: record.decidedBy?.username ?? "nobody",
    },
    inForce: { id: inForce.id, digest: inForce.digest, short: inForce.digest.slice(0, 12) },
    isInForce,
    waits: record.state === "proposed",
    unreadable: unreadable ?? "",
    summary: difference === null ? "" : sayExtent(difference),
    difference: difference && sayDifference(difference),
    texts: PACK_FILES.map((file) => ({
      file,
      text: record.texts[file],
      before: !isInForce && record.texts[file] !== inForce.texts[file] ? inForce.texts[file] : "",
    })),
    mayDecide,
    approve: paths.policyApprove(record.digest),
    refuse: paths.policyRefuse(record.digest),
  };
}

function sayDifference({ added, removed, changed, numbers, permissions, elsewhere }: PackDifference) {
  return {
    added,
    removed,
    changed: changed.map(({ name, decides, before, after }) => ({
      name,
      decides,
      sides: [
        { title: "In force", rule: before },
        { title: "In this pack", rule: after },
      ],
    })),
    numbers: numbers.map(sayNumber),
    permissions: permissions.map(({ action, gain, lose }) => ({
      action,
      gain: gain.length === 0 ? "nobody" : sayOwn(gain),
      lose: lose.length === 0 ? "nobody" : sayOwn(lose),
    })),
    elsewhere: elsewhere.map((file) => ELSEWHERE[file]),
  };
}

/** How much differs, in a sentence. */
function sayExtent({ added, removed, changed, numbers, permissions, elsewhere }: PackDifference): string {
  const parts = [
    count(numbers.length, "value changed", "values changed"),
    count(permissions.length, "action is for other roles", "actions are for other roles"),
    count(added.length, "sentence added", "sentences added"),
    count(removed.length, "sentence removed", "sentences removed"),
    count(changed.length, "sentence changed", "sentences changed"),
    count(elsewhere.length, "file differs in something else", "files differ in something else"),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "There are no differences." : `${parts.join(", ")}.`;
}

const count = (number: number, one: string, many: string): string =>
  number === 0 ? "" : `${number} ${number === 1 ? one : many}`;

/** A value before and after; of a list what it gains and loses. */
function sayNumber({ path, before, after }: ChangedNumber) {
  const lists = Array.isArray(before) && Array.isArray(after);
  return { path, before: sayValue(before), after: lists ? sayMembers(before, after) : sayValue(after) };
}

function sayMembers(before: readonly unknown[], after: readonly unknown[]): string {
  const gains = after.filter((one) => !before.includes(one));
  const losses = before.filter((one) => !after.includes(one));
  if (gains.length + losses.length === 0) return `In a different order: ${after.join(", ")}`;
  return [
    gains.length > 0 ? `Added: ${gains.join(", ")}.` : "",
    losses.length > 0 ? `Removed: ${losses.join(", ")}.` : "",
  ]
    .join(" ")
    .trim();
}

const sayValue = (value: PackValue | null): string => {
  if (value === null) return "not there";
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? "an empty list" : value.join(", ");
};
