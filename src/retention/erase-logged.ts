import { retentionActs } from "../audit/acts/retention.ts";
import { service } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";

/** Something of which what reached its limit goes. Moments are epoch milliseconds UTC. */
export interface Erasable {
  /** As the log names it. */
  readonly kind: string;
  /** How much reached its limit before a moment. */
  due(before: number): Promise<number>;
  /** Takes it away; answers how much. Safe to repeat. */
  erase(before: number): Promise<number>;
}

/**
 * Takes away what reached its limit before a moment (epoch ms UTC); the log has what and how much is due, and afterwards how
 * much went (section 62: erasure; AUD-1). Nothing due: nothing logged. A crash in between: the next run does it again.
 * @returns how much went
 */
export async function eraseLogged(audited: Audited, erasable: Erasable, before: number): Promise<number> {
  const count = await erasable.due(before);
  if (count === 0) return 0;
  const subject = { kind: erasable.kind, to: new Date(before).toISOString(), count };
  return audited.do(service("retention"), retentionActs.erase, subject, async (entry) => {
    const gone = await erasable.erase(before);
    entry.add({ count: gone });
    return gone;
  });
}
