import { listActs } from "../audit/acts/list.ts";
import { service } from "../audit/actor.ts";
import type { Audited } from "../audit/audited.ts";
import type { EndedEntry, ListStore } from "./list-store.ts";

/** Entries of a list that one entry of the log names. */
const AT_ONCE = 1_000;
/** Entries held in memory: a whole extract may end in the same minute. */
const IN_MEMORY = 10_000;

/**
 * Ends the list entries whose validity is over at `now` (epoch ms UTC); the log has which of which list, before and after
 * (section 62: alteration; AUD-1). @returns how many ended
 */
export async function expireLogged(
  audited: Audited,
  lists: Pick<ListStore, "ended" | "expire">,
  now: number,
): Promise<number> {
  for (let count = 0; ;) {
    const ended = await lists.ended(now, IN_MEMORY);
    let expired = 0;
    for (const group of groups(ended)) expired += await expireGroup(audited, lists, group, now);
    count += expired;
    if (ended.length < IN_MEMORY || expired === 0) return count;
  }
}

function expireGroup(
  audited: Audited,
  lists: Pick<ListStore, "expire">,
  entries: Group,
  now: number,
): Promise<number> {
  const { list, organisation } = entries[0];
  const ids = entries.map(({ id }) => id);
  const subject = {
    list,
    count: ids.length,
    to: new Date(now).toISOString(),
    entries: ids,
    vrms: entries.map(({ vrm }) => vrm),
  };
  const actor = { ...service("list-expiry"), organisation };
  return audited.do(actor, listActs.expire, subject, async (entry) => {
    const expired = await lists.expire(ids, now);
    entry.add({ count: expired });
    return expired;
  });
}

type Group = readonly [EndedEntry, ...EndedEntry[]];

/** By list, and within it so many at once. */
function groups(ended: readonly EndedEntry[]): readonly Group[] {
  const all: [EndedEntry, ...EndedEntry[]][] = [];
  for (const entry of ended) {
    const last = all.at(-1);
    if (last !== undefined && last[0].list === entry.list && last.length < AT_ONCE) last.push(entry);
    else all.push([entry]);
  }
  return all;
}
