import type { Caller } from "../../../../identity/caller.ts";
import { mayDo, rolesThatMay } from "../../../../policy/roles.ts";
import type { SourceInUse } from "../../../../source/door.ts";
import type { SourceTest } from "../../../../source/tested-source.ts";
import { MESSAGE_UNREADABLE } from "../../../../ingest/unreadable.ts";
import type { SourceRefusal } from "../../../../source/source.ts";
import type { OpenedSource } from "../../../../source/sources.ts";
import { formWith, type Form } from "../../../form.ts";
import { sayDay } from "../../../words/account.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayRoles } from "../../../words/roles.ts";
import { sayProtocol, sayState } from "../../../words/source.ts";

const EMPTY = formWith({ address: "" }, []);
const DONE: Readonly<Record<string, string>> = {
  changed: "The feed source has been changed.",
  "switch-off": "The feed source has been switched off. Its messages are turned away.",
  "switch-on": "The feed source has been switched on.",
};
const AGREEMENT_WORDS: Readonly<Record<SourceTest["agreement"], string>> = {
  "in-force": "in force",
  "not-in-force": "not in force today",
  missing: "missing: it sends for several organisations and has none",
  "none-needed": "none needed",
};

/** One feed source as its people see it; its secrets are never shown again. */
export function sourceView(parts: {
  source: OpenedSource;
  caller: Caller;
  test?: SourceTest;
  form?: Form<"address">;
  done?: string;
}) {
  const { source, caller, test, form = EMPTY, done = "" } = parts;
  const { agreement, switched, lastMessage } = source;
  const mayManage = mayDo(caller.roles, "source.manage");
  return {
    pageTitle: source.name,
    hasErrors: form.summary.length > 0,
    source,
    state: sayState(source),
    why: source.closed?.detail ?? "",
    protocol: sayProtocol(source.protocol),
    identifies: identifies(source),
    agreement: agreement && {
      ...agreement,
      period: `${sayDay(agreement.from)} to ${sayDay(agreement.until)}`,
    },
    added: sayTime(source.added),
    secretsSince: sayTime(source.secretsSince),
    switched: switched && {
      ...switched,
      at: sayTime(switched.at),
      to: source.enabled ? "Switched on" : "Switched off",
      by: switched.by ?? "the service",
    },
    lastMessage: lastMessage && { ...lastMessage, at: sayTime(lastMessage.at) },
    refused: source.refused.toLocaleString("en-GB"),
    unreadable: source.refusals.filter(({ code }) => code === MESSAGE_UNREADABLE).map(refusalLine),
    refusals: source.refusals.map(refusalLine),
    test: test && testLines(test),
    mayManage,
    whyNot: mayManage ? "" : `Changing it is for ${sayRoles(rolesThatMay("source.manage"))}.`,
    form,
    done: Object.hasOwn(DONE, done) ? DONE[done] : "",
  };
}

function identifies({ byAddress, hasPathKey }: SourceInUse): string {
  if (byAddress) return "by the address it sends from, or its token";
  return hasPathKey ? "by its secret path, or its token" : "by its token";
}

const refusalLine = ({ day, count, since, ...refusal }: SourceRefusal) => ({
  ...refusal,
  day: sayDay(day),
  count: count.toLocaleString("en-GB"),
  one: count === 1,
  since: sayTime(since),
});

function testLines({ source, lettingIn, address, networkAllows, agreement }: SourceTest) {
  const { state, policyUntil } = source.owner;
  const policy =
    policyUntil === null ? "no written policy on record" : `written policy until ${sayDay(policyUntil)}`;
  return {
    lettingIn,
    lines: [
      { key: "Switch", value: source.enabled ? "on" : "off" },
      { key: "Organisation", value: `${state}, ${policy}` },
      { key: "Agreement", value: AGREEMENT_WORDS[agreement] },
      { key: "Network", value: sayNetwork(address, networkAllows) },
    ],
  };
}

function sayNetwork(address: string | null, allows: boolean | null): string {
  if (address === null)
    return allows === true
      ? "any address may send; none has yet"
      : "no message has come yet; enter an address to try";
  return allows === true ? `${address} may send` : `${address} may not send`;
}
