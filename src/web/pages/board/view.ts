import type { HitPort, SignedIn } from "../../../api/ports.ts";
import { mayDo, rolesThatMay } from "../../../policy/roles.ts";
import { paths } from "../../paths.ts";
import type { HitOnScreen } from "../../ports.ts";
import { sayAge } from "../../words/age.ts";
import { sayOwn, sayRoles } from "../../words/roles.ts";
import { byUrgency, cardOf } from "./hit-card.ts";

/** At most this many hits are on the board; the rest are counted by saying that there are more. */
export const BOARD_LIMIT = 200;
const PRIORITIES = ["high", "medium", "low"] as const;

export interface OpenHits {
  readonly hits: readonly HitOnScreen[];
  /** There are more open hits than fit. */
  readonly more: boolean;
}

/** The most urgent unacknowledged hits of the asker's organisation. */
export async function openHits(hits: Pick<HitPort, "list">, asker: SignedIn): Promise<OpenHits> {
  const found: HitOnScreen[] = [];
  let more = false;
  for (const priority of PRIORITIES) {
    const room = BOARD_LIMIT - found.length;
    const page = await hits.list(asker, { state: "new", priority }, { limit: Math.max(1, room) });
    if (page.next !== null || page.items.length > room) more = true;
    found.push(...page.items.slice(0, room));
  }
  return { hits: found, more };
}

/** What the board's template needs. */
export function boardView(
  asker: SignedIn,
  open: OpenHits,
  options: { theme: "day" | "night"; now: number; notice: string },
) {
  const cards = open.hits
    .map(cardOf)
    .sort(byUrgency)
    .map((card) => ({ ...card, age: sayAge(options.now - card.captured) }));
  const mayAct = mayDo(asker.roles, "hit.act");
  return {
    pageTitle: "Board",
    theme: options.theme,
    htmlClasses: options.theme === "night" ? "ww-board ww-board--night" : "ww-board",
    cards,
    count: cards.length,
    more: open.more,
    limit: BOARD_LIMIT,
    notice: options.notice,
    mayAct,
    whyNot: mayAct
      ? ""
      : `Acknowledging is for ${sayRoles(rolesThatMay("hit.act"))}; you are ${sayOwn(asker.roles)}.`,
    stream: paths.hitStream(),
    after: String(open.hits.reduce((latest, { id }) => Math.max(latest, Number(id)), 0)),
  };
}
