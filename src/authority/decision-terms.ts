import { Problem } from "../errors.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";

const DAY_MS = 86_400_000;
type Numbers = Pick<PolicyNumbers, "access">;

/** One of the pack's exceptional criteria, or none (null). @throws Problem INPUT_INVALID */
export function requireCriterion(named: string | null, { access }: Numbers): void {
  const known = access.exceptionalCriteria.map(({ name }) => name);
  if (named !== null && !known.includes(named))
    throw wrong("exceptional", "CRITERION_UNKNOWN", `Select one of ${known.join(", ")}, or leave it out.`);
}

/** An end that the pack allows for an authority that begins then. Times are epoch ms. @throws Problem INPUT_INVALID */
export function requireEnd(until: number, from: number, now: number, { access }: Numbers): number {
  const { authorityDays } = access;
  if (until <= now) throw wrongEnd("Its end has passed. Enter a later one.");
  if (until <= from) throw wrongEnd("It would end before it starts. Enter a later end.");
  if (until > Math.max(from, now) + authorityDays * DAY_MS)
    throw wrongEnd(`An authority is valid for at most ${authorityDays} days. Enter an earlier end.`);
  return until;
}

/** An end later than the one there is, epoch ms. @throws Problem INPUT_INVALID */
export function requireLater(until: number, present: number): void {
  if (until <= present) throw wrongEnd("The new end must be later than the current one.");
}

const wrong = (path: string, code: string, message: string): Problem =>
  new Problem("INPUT_INVALID", "Correct what is named in `errors` and send it again.", {
    errors: [{ path, code, message }],
  });

const wrongEnd = (message: string): Problem => wrong("until", "VALIDITY_INVALID", message);
