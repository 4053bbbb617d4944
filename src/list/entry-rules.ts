import { personalDetailIn, sayPersonalDetail } from "../audit/personal-details.ts";
import { isPattern } from "../match/pattern.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import { metresBetween } from "../read/position.ts";
import { tellingWords } from "../policy/reason.ts";
import type { Refused, Taken } from "./check-entry.ts";
import type { NewListEntry, Priority } from "./list-entry.ts";

/** What an entry is held to (VOI-2, VOI-7). */
export interface EntryRules {
  readonly numbers: Pick<PolicyNumbers, "lists" | "access">;
  /** Of the list: what an entry has that says nothing. */
  readonly priority: Priority;
  /** Reads that fitted a pattern from a moment until before another, epoch ms. */
  readonly readsLike: (pattern: string, from: number, to: number) => Promise<number>;
  /** Epoch ms. */
  readonly now: number;
}

const DAY_MS = 86_400_000;
const WRITTEN = ["reason", "instruction", "warnings"] as const;

/** What of an entry tells who somebody is: the log does not have such an entry at all. */
export function personalDetailOf(entry: NewListEntry): Refused | undefined {
  for (const path of WRITTEN) {
    const what = personalDetailIn(entry[path] ?? "");
    if (what !== undefined) return { code: "PERSONAL_DETAILS", path, message: sayPersonalDetail(what) };
  }
  return undefined;
}

/** The entry as the pack lets it be, with an end and whether it waits for a second person; or why it cannot be taken. */
export async function heldToPack(
  entry: NewListEntry,
  { vrm }: Taken,
  rules: EntryRules,
): Promise<NewListEntry | Refused> {
  const { lists, access } = rules.numbers;
  if (tellingWords(entry.reason, access.emptyPhrases) < lists.minimumReasonWords)
    return {
      code: "REASON_NOT_SPECIFIC",
      path: "reason",
      message: `Say what the vehicle is wanted for. Phrases such as “${access.emptyPhrases[0] ?? "as discussed"}” say nothing.`,
    };
  const longest = Math.max(rules.now, entry.validFrom ?? rules.now) + lists.maximumDays * DAY_MS;
  const until = entry.validUntil ?? longest;
  if (until > longest || (entry.validFrom ?? 0) > rules.now + lists.maximumDays * DAY_MS)
    return {
      code: "VALIDITY_INVALID",
      path: "validUntil",
      message: `An entry begins within ${lists.maximumDays} days and ends ${lists.maximumDays} days later at the latest; then it is reviewed.`,
    };
  if (until <= rules.now)
    return { code: "VALIDITY_INVALID", path: "validUntil", message: "The end has passed already." };
  const wide = isPattern(vrm) ? await tooManyHits(vrm, rules) : undefined;
  if (wide !== undefined) return wide;
  return {
    ...entry,
    validUntil: until,
    ...(entry.validUntil === undefined ? { endByPack: true } : {}),
    ...(needsSecondPerson(entry, rules) ? { awaits: true } : {}),
  };
}

async function tooManyHits(
  pattern: string,
  { numbers: { lists }, readsLike, now }: EntryRules,
): Promise<Refused | undefined> {
  const { patternDays, patternHitsPerDay } = lists;
  const reads = await readsLike(pattern, now - patternDays * DAY_MS, now);
  const aDay = Math.ceil(reads / patternDays);
  if (aDay <= patternHitsPerDay) return undefined;
  return {
    code: "PATTERN_TOO_WIDE",
    path: "vrm",
    message:
      `This would have matched ${reads} reads in the last ${patternDays} days, ${aDay} a day; at most ${patternHitsPerDay} ` +
      `a day are allowed. Give more letters or digits.`,
  };
}

/** Whether somebody other than who wrote it has to confirm an entry before it is matched. */
function needsSecondPerson(entry: NewListEntry, { numbers, priority }: EntryRules): boolean {
  const { priorities, instructionWords, nationalExtent, wideRadiusMetres } = numbers.lists.secondPerson;
  const words = entry.instruction.toLowerCase().split(/[^\p{L}]+/u);
  return (
    priorities.includes(entry.priority ?? priority) ||
    instructionWords.some((word) => words.some((one) => one.startsWith(word))) ||
    (nationalExtent && isWide(entry.scope, wideRadiusMetres))
  );
}

/** Whether a scope is none, or an area as good as none. */
function isWide(scope: NewListEntry["scope"], most: number): boolean {
  if (scope === undefined) return true;
  if ("nrds" in scope) return false;
  const { area } = scope;
  if (area.kind === "circle") return area.radiusMetres > most;
  const [first] = area.ring;
  return area.ring.some((corner) => first !== undefined && metresBetween(first, corner) > 2 * most);
}
