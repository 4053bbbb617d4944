import type { FastifyReply, FastifyRequest } from "fastify";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, textOf } from "../../../form.ts";
import { tabsFor, type Tab } from "./tabs.ts";
import type { Caller } from "../../../../identity/caller.ts";
import type { PageTools } from "../../../page-tools.ts";

const SHORTEST = 3;

/** The reason of a look at the log, as an address carries it. */
export interface ReasonGiven {
  readonly reason: string | undefined;
  /** The Commissioner says why before each look (AUD-6); they are held to it. */
  readonly missing: boolean;
  readonly asker: Caller;
}

export function reasonGiven(query: unknown, asker: Caller): ReasonGiven {
  const given = textOf(query, "reason", 1_000).trim();
  const missing = !mayDo(asker.roles, "audit.search-without-reason") && given.length < SHORTEST;
  return { reason: given === "" ? undefined : given, missing, asker };
}

/**
 * Asks why somebody looks, and leads on to where they were going.
 * @param to what they look at, in words, and the address with what its query held besides
 */
export function askForReason(
  show: PageTools["show"],
  request: FastifyRequest,
  reply: FastifyReply,
  { reason = "", asker }: ReasonGiven,
  to: {
    readonly what: string;
    readonly action: string;
    readonly kept: Readonly<Record<string, string>>;
    readonly tab: Tab;
  },
): FastifyReply {
  const blame = reason === "" ? [] : [{ field: "reason", message: "Enter the reason in a few words" }];
  const form = formWith({ reason }, blame);
  const view = {
    pageTitle: "Why do you look?",
    tabs: tabsFor(asker, to.tab),
    form,
    hasErrors: form.summary.length > 0,
    what: to.what,
    action: to.action,
    kept: Object.entries(to.kept).filter(([, value]) => value !== ""),
  };
  return show(request, reply, "pages/audit/audit/reason.njk", view, reason === "" ? 200 : 400);
}
