import { authorityActs } from "../audit/acts/authority.ts";
import { service } from "../audit/actor.ts";
import { suspicionActs } from "../audit/acts/suspicion.ts";
import type { Audited } from "../audit/audited.ts";
import type { SuspicionStore } from "../identity/monitoring/suspicion.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import { overtaken } from "./authority-life.ts";
import type { AuthorityLifeStore } from "./authority-life-store.ts";
import type { AuthorityRecord } from "./authority-record.ts";

const HOUR_MS = 3_600_000;
/** What a supervisor is asked to look into: whoever claims what nobody confirms may have made it up. */
const NEVER_CONFIRMED = {
  name: "oral-authority-never-confirmed",
  effect: "flag",
  why: "Relied on an authority that was said to be given by word of mouth but was never confirmed in writing.",
} as const;

export interface LapseParts {
  readonly store: Pick<AuthorityLifeStore, "unconfirmedSince" | "withdraw">;
  readonly audited: Audited;
  readonly suspicions: Pick<SuspicionStore, "raise">;
  readonly access: Pick<PolicyNumbers["access"], "oralConfirmHours">;
}

/**
 * Withdraws the authorities that were given orally and not confirmed in writing in time, and raises a suspicion about whoever
 * asked (INV-2, ACC-5); answers how many. The log has each before it is withdrawn, and then how that ended. Run as often as
 * you like: a confirmation that comes first wins.
 * @param now epoch ms
 */
export async function lapseOral(parts: LapseParts, now: number): Promise<number> {
  const { store, access } = parts;
  let withdrawn = 0;
  for (const late of await store.unconfirmedSince(now - access.oralConfirmHours * HOUR_MS))
    if (await lapse(parts, late, now)) withdrawn++;
  return withdrawn;
}

/** Whether it was withdrawn; not where somebody confirmed or withdrew it in the meantime. */
async function lapse(
  { store, audited, suspicions, access }: LapseParts,
  late: AuthorityRecord,
  now: number,
): Promise<boolean> {
  const note = `Not confirmed in writing within ${access.oralConfirmHours} hours.`;
  const { reference, purpose, level, organisation } = late;
  const by = { ...service("authorities"), organisation };
  const subject = { authority: reference, purpose, level, reason: note };
  const tooLate = overtaken("withdraw", reference);
  const withdraw = audited.do(by, authorityActs.withdraw, subject, async (entry) => {
    if ((await store.withdraw(late.id, { by: null, at: now, note })) === undefined) throw tooLate;
    return entry.receipt;
  });
  const receipt = await withdraw.catch((error: unknown) => {
    if (error === tooLate) return null;
    throw error;
  });
  if (receipt === null || late.asked === null) return receipt !== null;
  const { id: person, username: account } = late.asked.by;
  const { name: rule, effect, why } = NEVER_CONFIRMED;
  const evidence = { count: 1, entries: [receipt] };
  const raised = { account, person, rule, effect, why, ...evidence };
  await audited.do(by, suspicionActs.raise, raised, () =>
    suspicions.raise({ person, organisation, rule: NEVER_CONFIRMED, evidence, now }),
  );
  return true;
}
