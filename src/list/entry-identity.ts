import type { Scope } from "../match/match-entry.ts";
import {
  isWaiting,
  type EntryTexts,
  type ListEntry,
  type NewListEntry,
  type Priority,
} from "./list-entry.ts";

/** An entry that can be taken: its mark as it is matched, what it says, and whether a second person has to confirm it. */
export interface CheckedEntry extends EntryTexts {
  /** Its place among those given. */
  readonly index: number;
  readonly vrm: string;
  readonly scope: Scope | null;
  /** Epoch ms. */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
  /** Nobody gave it an end, so that its end is no part of what it is. */
  readonly endByPack: boolean;
  readonly awaits: boolean;
}

/** What is to be written for entries given to a list, and what becomes of each of them. */
export interface EntryPlan {
  /** New ones; the texts they end with, where several of those given are the same. */
  readonly inserts: readonly CheckedEntry[];
  /** Known ones that say something else now. */
  readonly updates: readonly (EntryTexts & { readonly id: number })[];
  /** Known ones whose end by the pack is put off, epoch ms. */
  readonly renewals: readonly { readonly id: number; readonly until: number }[];
  /** Known ones that waited, and the new one (`insert`, its index) that stands in their place. */
  readonly superseded: readonly { readonly id: number; readonly insert: number }[];
  /** What is replaced, of a known one (`id`) or of a new one (`insert`, its index), first to last. */
  readonly replaced: readonly (EntryTexts & { readonly id: number | null; readonly insert: number | null })[];
  readonly outcomes: readonly EntryOutcome[];
}

export interface EntryOutcome {
  readonly index: number;
  readonly verdict: "added" | "updated" | "unchanged";
  readonly vrm: string;
  /** Of a known one. */
  readonly id: number | null;
  /** Of a new one: the index of the first that was given. */
  readonly insert: number | null;
  readonly awaiting: boolean;
}

interface Live {
  readonly id: number | null;
  readonly insert: number | null;
  readonly awaiting: boolean;
  /** Its end by the pack, epoch ms; null: it has an end of its own, or none. */
  readonly end: number | null;
  texts: EntryTexts;
}

/** The entry that is matched and the one that waits to take its place. */
interface Twins {
  active?: Live | undefined;
  waiting?: Live | undefined;
}

/** An end is put off when that gives it so much more at least: a whole extract of a list is not written anew each morning. */
const RENEWED_AFTER_MS = 7 * 86_400_000;

/**
 * Decides about each entry in the order given: the same mark in the same place and time on one list is one entry, however often
 * it comes (VOI-2). Other texts replace its texts; where they need a second person, they wait beside it as an entry of their own.
 * One that waits is replaced whole: who confirms it confirms what they saw. An entry that comes again without an end of its own
 * was revised: the end that the pack gave it is put off (VOI-3).
 * @param known entries of the list with one of these marks that have not ended, by id
 */
export function planEntries(given: readonly CheckedEntry[], known: readonly ListEntry[]): EntryPlan {
  const planning = new Planning(known);
  const outcomes = given.map((entry) => planning.decide(entry));
  return { ...planning.written, outcomes };
}

class Planning {
  readonly #live = new Map<string, Twins>();
  readonly #inserts = new Map<number, CheckedEntry>();
  readonly #updates = new Map<number, EntryTexts & { id: number }>();
  readonly #renewals = new Map<number, number>();
  readonly #superseded: { id: number; insert: number }[] = [];
  readonly #replaced: (EntryTexts & { id: number | null; insert: number | null })[] = [];

  constructor(known: readonly ListEntry[]) {
    for (const entry of known) {
      const awaiting = isWaiting(entry);
      const end = entry.endByPack ? (entry.validUntil?.getTime() ?? null) : null;
      const one = { id: entry.id, insert: null, awaiting, end, texts: textsOf(entry) };
      this.#twinsOf(knownKey(entry))[awaiting ? "waiting" : "active"] = one;
    }
  }

  get written(): Omit<EntryPlan, "outcomes"> {
    return {
      inserts: [...this.#inserts.values()],
      updates: [...this.#updates.values()],
      renewals: [...this.#renewals].map(([id, until]) => ({ id, until })),
      superseded: this.#superseded,
      replaced: this.#replaced,
    };
  }

  decide(entry: CheckedEntry): EntryOutcome {
    const texts = textsOf(entry);
    const own = entry.endByPack ? null : entry.validUntil;
    const twins = this.#twinsOf(keyOf(entry.vrm, entry.scope, entry.validFrom, own));
    const same = [twins.active, twins.waiting].find((one) => one && sameTexts(one.texts, texts));
    if (same !== undefined) return outcome(entry, this.#renew(same, entry) ? "updated" : "unchanged", same);
    const target = entry.awaits ? twins.waiting : (twins.active ?? twins.waiting);
    if (target === undefined || (target.awaiting && target.id !== null))
      return this.#insert(entry, texts, twins, target);
    this.#replace(target, texts);
    this.#renew(target, entry);
    return outcome(entry, "updated", target);
  }

  #twinsOf(key: string): Twins {
    const twins = this.#live.get(key) ?? {};
    this.#live.set(key, twins);
    return twins;
  }

  #insert(entry: CheckedEntry, texts: EntryTexts, twins: Twins, waited: Live | undefined): EntryOutcome {
    if (waited !== undefined) {
      this.#superseded.push({ id: waited.id as number, insert: entry.index });
      twins.waiting = undefined;
    }
    const end = entry.endByPack ? entry.validUntil : null;
    const fresh = { id: null, insert: entry.index, awaiting: entry.awaits, end, texts };
    twins[entry.awaits ? "waiting" : "active"] = fresh;
    this.#inserts.set(entry.index, entry);
    return outcome(entry, "added", fresh);
  }

  #replace(target: Live, texts: EntryTexts): void {
    const { id, insert } = target;
    this.#replaced.push({ ...target.texts, id, insert });
    target.texts = texts;
    if (id !== null) this.#updates.set(id, { ...texts, id });
    if (insert !== null)
      this.#inserts.set(insert, { ...(this.#inserts.get(insert) as CheckedEntry), ...texts });
  }

  /** Whether the end of a known entry is put off. */
  #renew({ id, end: known }: Live, { endByPack, validUntil: end }: CheckedEntry): boolean {
    if (id === null || !endByPack || end === null) return false;
    if (known !== null && end - known < RENEWED_AFTER_MS) return false;
    this.#renewals.set(id, end);
    return true;
  }
}

const outcome = (
  { index, vrm }: CheckedEntry,
  verdict: EntryOutcome["verdict"],
  { id, insert, awaiting }: Live,
): EntryOutcome => ({ index, vrm, verdict, id, insert, awaiting });

/** The texts of an entry, an absent one null. */
export const textsOf = (
  entry: Omit<EntryTexts, "priority"> & { readonly priority: Priority },
): EntryTexts => ({
  reason: entry.reason,
  instruction: entry.instruction,
  priority: entry.priority,
  make: entry.make,
  model: entry.model,
  colour: entry.colour,
  country: entry.country,
  warnings: entry.warnings,
});

/** A scope in the one form that is stored and compared: cameras once each, in order. */
export function plainScope(scope: NewListEntry["scope"]): Scope | null {
  if (scope === undefined) return null;
  if ("nrds" in scope) return { nrds: [...new Set(scope.nrds)].sort((a, b) => a - b) };
  const { area } = scope;
  const at = ({ lat, lon }: { lat: number; lon: number }) => ({ lat, lon });
  return area.kind === "circle"
    ? { area: { kind: "circle", centre: at(area.centre), radiusMetres: area.radiusMetres } }
    : { area: { kind: "polygon", ring: area.ring.map(at) } };
}

const sameTexts = (a: EntryTexts, b: EntryTexts): boolean => JSON.stringify(a) === JSON.stringify(b);

const knownKey = ({ vrm, scope, validFrom, validUntil, endByPack }: ListEntry): string =>
  keyOf(
    vrm,
    plainScope(scope ?? undefined),
    validFrom?.getTime() ?? null,
    endByPack ? null : (validUntil?.getTime() ?? null),
  );
const keyOf = (vrm: string, scope: Scope | null, from: number | null, until: number | null): string =>
  JSON.stringify([vrm, scope, from, until]);
