import type { AuditLog } from "../audit/audit-log.ts";
import type { EndedEntry, ListStore } from "./list-store.ts";

/** Entries of a list that one entry of the log names. */
const AT_ONCE = 1_000;

/**
 * Ends the list entries whose validity is over at `now` (epoch ms UTC), having logged first which of which list (section 62:
 * alteration; AUD-1). @returns how many ended
 */
export async function expireLogged(
  audit: Pick<AuditLog, "append">,
  lists: Pick<ListStore, "ended" | "expire">,
  now: number,
): Promise<number> {
  const ended = await lists.ended(now);
  if (ended.length === 0) return 0;
  const ofList = new Map<number, EndedEntry[]>();
  for (const entry of ended) {
    const others = ofList.get(entry.list);
    if (others === undefined) ofList.set(entry.list, [entry]);
    else others.push(entry);
  }
  for (const [list, entries] of ofList) {
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const some = entries.slice(at, at + AT_ONCE);
      await audit.append({
        actor: "list-expiry",
        organisation: some[0]?.organisation ?? null,
        action: "list.expire",
        outcome: "allowed",
        subject: {
          list,
          count: some.length,
          to: new Date(now).toISOString(),
          entries: some.map(({ id }) => id),
          vrms: some.map(({ vrm }) => vrm),
        },
        requestId: null,
      });
    }
  }
  return lists.expire(now);
}
