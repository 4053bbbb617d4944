import { FaultFound } from "../../audit/tlog/public-files.ts";
import type { SignedCheckpoint } from "../../audit/tlog/signed-checkpoint.ts";

const MINUTE_MS = 60_000;
/** Two clocks may differ so much before a time from the future is no evidence. */
const CLOCKS_DIFFER_MS = 5 * MINUTE_MS;

/** A moment by which the log had grown so far, and who says so. */
export interface DatedEvidence {
  /** Epoch ms UTC. */
  readonly at: number;
  readonly saidBy: string;
}

/**
 * The newest moment that anything seen of a log was dated (AUD-1): a witness's cosignature, or the newest entry that was shown,
 * by the log's own clock. Null where nothing has a time: a checkpoint alone says nothing of when it was signed.
 * @param newestEntryAt epoch ms UTC; null where no entry could be read
 */
export function newestDated(
  cosigned: SignedCheckpoint | null,
  newestEntryAt: number | null,
): DatedEvidence | null {
  const found = (cosigned?.cosignatures ?? []).flatMap(({ name, time }) =>
    time === null ? [] : [{ at: time, saidBy: `the cosignature of ${name} over ${cosigned?.size} entries` }],
  );
  if (newestEntryAt !== null)
    found.push({ at: newestEntryAt, saidBy: "the newest entry that is shown, by the log's own clock" });
  return found.reduce<DatedEvidence | null>(
    (newest, one) => (newest === null || one.at > newest.at ? one : newest),
    null,
  );
}

/** One sentence: how old it is, and who says so. */
export function ageSentence(evidence: DatedEvidence | null, now: number): string {
  if (evidence === null)
    return (
      "Nothing it saw has a time: no witness you named has cosigned it and no entry is shown, so it may be an old copy. " +
      "Name a witness with --witness-key."
    );
  const { at, saidBy } = evidence;
  return `Its newest dated evidence is ${howLong(now - at)} old: ${saidBy}, of ${new Date(at).toISOString()}.`;
}

/**
 * A log that stands still verifies for ever: what is older than asked for does not hold.
 * @param minutes the oldest the evidence may be; undefined asks for nothing
 * @throws FaultFound saying how old it is
 */
export function requireRecent(
  evidence: DatedEvidence | null,
  minutes: number | undefined,
  now: number,
): void {
  if (minutes === undefined) return;
  const sentence = ageSentence(evidence, now).slice(0, -1);
  if (evidence === null) throw new FaultFound("checkpoint", `its age cannot be told. ${sentence}`);
  const age = now - evidence.at;
  if (age < -CLOCKS_DIFFER_MS)
    throw new FaultFound("checkpoint", `it is dated in the future, or the clock here is wrong. ${sentence}`);
  if (age > minutes * MINUTE_MS)
    throw new FaultFound("checkpoint", `it is older than the ${minutes} minutes of --max-age. ${sentence}`);
}

/** A length of time in one unit, for people. */
export function howLong(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1000);
  if (seconds < 120) return said(seconds, "second");
  if (seconds < 7200) return said(Math.floor(seconds / 60), "minute");
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? said(hours, "hour") : said(Math.floor(hours / 24), "day");
}

const said = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;
