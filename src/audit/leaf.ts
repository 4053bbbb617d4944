import { createHmac, randomBytes } from "node:crypto";
import { OPEN_ENDING } from "./act.ts";
import { actNamed } from "./acts.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { AuditEntry, NewAuditEntry } from "./audit-log.ts";
import type { AuditOutcome } from "./outcome.ts";
import { leafHashOf } from "./tlog/hash.ts";

/** Version of the leaf's form; docs/audit-log.md describes it for whoever writes a verifier. */
const FORM = 1;
const SALT_BYTES = 32;

/**
 * Members of a subject that say nothing about a person or a vehicle, and stand in the leaf as they are, where no act of the
 * table says which. Every other member is sealed: a member somebody forgets to list is kept from the public.
 */
const OPEN_MEMBERS: ReadonlySet<string> = new Set(
  (
    "kind level purpose rules policyPack policyPackDigest policyPacks wanted roles count counts of day month digest " +
    "from to shown effect rule state leaf members seed population"
  ).split(" "),
);

const OPEN_ALWAYS: ReadonlySet<string> = new Set(OPEN_ENDING);
/** What was let happen; what was only asked for, refused or failed may be anything that somebody made up. */
const LET_HAPPEN: ReadonlySet<AuditOutcome> = new Set<AuditOutcome>(["allowed", "done"]);

/**
 * Whether a member of an action's subject stands in the leaf as it is, and so cannot be redacted. Of what was refused, and of what
 * was asked for and may yet be, only how it ended does: nobody gets words of theirs published by asking for what they may not do.
 */
const isOpenMember = (action: string, outcome: AuditOutcome, name: string): boolean =>
  OPEN_ALWAYS.has(name) || (LET_HAPPEN.has(outcome) && (actNamed(action)?.open ?? OPEN_MEMBERS).has(name));

/** An entry in the form that is hashed and kept. */
export interface SealedEntry {
  readonly open: Readonly<Record<string, unknown>>;
  /** Personal values by member: the actor, the request id, and every member of the subject that is not open. */
  readonly sealed: Readonly<Record<string, unknown>>;
  /** The key of each commitment, base64. Without it nobody can test a guess against the leaf. */
  readonly salts: Readonly<Record<string, string>>;
  /** The bytes that are hashed: RFC 8785 JSON in UTF-8. */
  readonly leaf: Buffer;
}

/** HMAC-SHA-256 under the salt over the member's name, a line feed and its canonical JSON; base64. */
export function commitmentOf(member: string, value: unknown, salt: Buffer): string {
  return createHmac("sha256", salt)
    .update(`${member}\n${canonicalJson(value)}`)
    .digest("base64");
}

/**
 * Puts an entry into the form that is logged (AUD-2): open members as they are, personal ones as salted commitments, so that a
 * value can be redacted later and the entry still proves its place.
 */
export function sealEntry(
  { actor, organisation, action, outcome, subject, requestId }: NewAuditEntry,
  place: { readonly index: number; readonly at: Date },
  newSalt: () => Buffer = () => randomBytes(SALT_BYTES),
): SealedEntry {
  const members = Object.entries(subject).filter(([, value]) => value !== undefined);
  const open = Object.fromEntries(members.filter(([name]) => isOpenMember(action, outcome, name)));
  const sealed: Record<string, unknown> = {
    ...Object.fromEntries(members.filter(([name]) => !isOpenMember(action, outcome, name))),
    // Last, so that no member of a subject can stand for who it was.
    ...(requestId === null ? {} : { requestId }),
    actor,
  };
  // Made from entries: a member called __proto__ that is assigned would be lost.
  const salted = Object.entries(sealed).map(([name, value]) => ({ name, value, salt: newSalt() }));
  const salts = Object.fromEntries(salted.map(({ name, salt }) => [name, salt.toString("base64")]));
  const commitments = Object.fromEntries(
    salted.map(({ name, value, salt }) => [name, commitmentOf(name, value, salt)]),
  );
  const leaf = leafOf({ ...place, action, outcome, organisation, open }, commitments);
  return { open, sealed, salts, leaf };
}

/** An entry as a store keeps it beside its leaf. */
export interface KeptEntry
  extends SealedEntry, Pick<AuditEntry, "index" | "at" | "organisation" | "leafHash"> {
  readonly action: string;
  readonly outcome: string;
}

/**
 * Holds what a store keeps of an entry against its leaf (AUD-2): what people are shown is then what was hashed. Members whose
 * value and salt are gone were redacted; everything that is there must be what the leaf says or commits to.
 * @returns the members that were redacted, in order, and why the rest is not what was logged, or null
 */
export function holdAgainstLeaf(kept: KeptEntry): { redacted: readonly string[]; fault: string | null } {
  const { leaf, leafHash, sealed, salts } = kept;
  const committed = commitmentsIn(leaf);
  const redacted = Object.keys(committed)
    .filter((name) => !Object.hasOwn(sealed, name))
    .sort();
  if (!leafHashOf(leaf).equals(leafHash)) return { redacted, fault: "the leaf does not have its hash" };
  const wrong = Object.entries(sealed)
    .filter(([name, value]) => !opens(committed[name], name, value, salts[name]))
    .map(([name]) => name);
  if (wrong.length > 0) return { redacted, fault: `the leaf commits to another ${wrong.sort().join(", ")}` };
  const fault = leafOf(kept, committed).equals(leaf) ? null : "the leaf says something else";
  return { redacted, fault };
}

/** Whether a value under its salt (base64) is what a leaf commits to. */
export const opens = (
  commitment: string | undefined,
  name: string,
  value: unknown,
  salt: string | undefined,
): boolean =>
  commitment !== undefined && commitment === commitmentOf(name, value, Buffer.from(salt ?? "", "base64"));

/** The commitments of a leaf by member; none where it is not a leaf. */
export function commitmentsIn(leaf: Buffer): Readonly<Record<string, string>> {
  try {
    const { sealed } = JSON.parse(leaf.toString()) as { sealed?: unknown };
    const committed = typeof sealed === "object" && sealed !== null ? Object.entries(sealed) : [];
    return Object.fromEntries(
      committed.filter((member): member is [string, string] => typeof member[1] === "string"),
    );
  } catch {
    return {};
  }
}

function leafOf(
  {
    index,
    at,
    action,
    outcome,
    organisation,
    open,
  }: Omit<KeptEntry, "leaf" | "leafHash" | "sealed" | "salts">,
  commitments: Readonly<Record<string, string>>,
): Buffer {
  const said = { v: FORM, index, at: at.toISOString(), action, outcome, organisation, open };
  return Buffer.from(canonicalJson({ ...said, sealed: commitments }));
}
