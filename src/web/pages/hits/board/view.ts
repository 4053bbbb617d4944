import type { OpenHits } from "../../../../hit/hits.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import { paths } from "../../../paths.ts";
import { sayAge } from "../../../words/age.ts";
import { sayRoles } from "../../../words/roles.ts";
import { cardOf } from "./hit-card.ts";
import type { Caller } from "../../../../identity/caller.ts";

/** At most this many hits are on the board; the rest are counted by saying that there are more. */
export const BOARD_LIMIT = 200;

/** What the board's template needs. */
export function boardView(
  caller: Caller,
  open: OpenHits,
  options: { theme: "day" | "night"; now: number; notice: string },
) {
  const cards = open.hits.map(cardOf).map((card) => ({ ...card, age: sayAge(options.now - card.captured) }));
  const mayAct = mayDo(caller.roles, "hit.act");
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
      : `Acknowledging is for ${sayRoles(rolesThatMay("hit.act"))}; you have ${sayRoles(caller.roles)}.`,
    stream: paths.hitStream(),
    after: String(Math.max(0, ...open.hits.map(({ id }) => id))),
  };
}
