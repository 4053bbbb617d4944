import type { Page } from "../../../../flow/page.ts";
import type { Caller } from "../../../../identity/caller.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import type { SourceInUse } from "../../../../source/door.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import { sayProtocol, sayState } from "../../../words/source.ts";

/** A page of feed sources, each with its state, its last message and what was refused of it. */
export function sourcesView(parts: {
  page: Page<SourceInUse>;
  /** A code, or nothing for all. */
  organisation: string;
  national: boolean;
  caller: Caller;
  paged: boolean;
}) {
  const { page, organisation, national, caller, paged } = parts;
  return {
    pageTitle: "Feed sources",
    whose: national ? "every organisation" : caller.organisation.name,
    national,
    organisation,
    mayAdd: mayDo(caller.roles, "source.manage"),
    whyNotAdd: `Adding one is for ${sayRoles(rolesThatMay("source.manage"))}.`,
    sources: page.items.map((source) => ({
      name: source.name,
      href: paths.source(source.id),
      organisation: source.owner.name,
      protocol: sayProtocol(source.protocol),
      state: sayState(source),
      lastMessage: source.lastMessage && {
        at: sayTime(source.lastMessage.at),
        turnedAway: source.lastMessage.code !== null,
      },
      refused: source.refused.toLocaleString("en-GB"),
    })),
    next: page.next === null ? "" : paths.sources({ organisation, cursor: page.next }),
    start: paged ? paths.sources({ organisation }) : "",
  };
}
