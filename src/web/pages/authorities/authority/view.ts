import type { AuthorityInFull } from "../../../../authority/authorities.ts";
import { kindTitle } from "../../../../enquiry/kinds.ts";
import type { AuthorityAct } from "../../../../authority/authority-life.ts";
import type { AuthorityEventKind, StandingAuthority } from "../../../../authority/authority-record.ts";
import type { Problem } from "../../../../errors.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import type { WebParts } from "../../../web-parts.ts";
import { sayLevel, sayPurpose, sayScope, sayState } from "../../../words/authority.ts";
import { sayTime, toLocalInput } from "../../../words/london-time.ts";
import { sayRolesIn } from "../../../words/roles.ts";
import { refusalOf } from "../../enquiries/enquiry/view.ts";
import type { Caller } from "../../../../identity/caller.ts";

export const ACT_FIELDS = ["reason", "until", "exceptional"] as const;
export type ActField = (typeof ACT_FIELDS)[number];

const DAY_MS = 86_400_000;

const DONE: Readonly<Record<string, string>> = {
  asked: "Your request has been recorded. An authoriser in your organisation can now see it.",
  said: "It has been recorded and can be used at once. It will end unless the person who gave it confirms it in writing in time.",
  approve: "The authority has been approved.",
  refuse: "The request has been refused.",
  withdraw: "It has been withdrawn: enquiries can no longer rely on it.",
  extend: "The authority has been extended.",
  confirm: "The authority has been confirmed in writing.",
};

const EVENT_WORDS: Readonly<Record<AuthorityEventKind, string>> = {
  requested: "Requested",
  "given-orally": "Given orally",
  approved: "Approved",
  refused: "Refused",
  withdrawn: "Withdrawn",
  extended: "Extended",
  confirmed: "Confirmed in writing",
};

/** What the page of one authority says. @param parts.now epoch ms */
export function authorityView(parts: {
  opened: AuthorityInFull;
  caller: Caller;
  pack: WebParts["pack"];
  now: number;
  paged: boolean;
  done: string;
  form?: Form<ActField>;
  /** The act that was tried and did not go through. */
  act?: AuthorityAct;
  /** What stopped it, where it was not the form. */
  stopped?: Problem;
}) {
  const { opened, caller, pack, now, paged, done, act, stopped } = parts;
  const form = parts.form ?? formWith<ActField>({ reason: "", until: "", exceptional: "" }, []);
  const { authority, history, enquiries } = opened;
  const { state, oral, asked, decided, confirmBy, confirmedAt } = authority;
  const inForce = state === "approved";
  const unconfirmed = inForce && confirmBy !== null && confirmedAt === null;
  const latest = now + pack.access.authorityDays * DAY_MS;
  return {
    pageTitle: `Authority ${authority.reference}`,
    hasErrors: form.summary.length > 0,
    authority,
    notice: DONE[done] ?? "",
    stopped: stopped === undefined ? null : refusalOf(stopped, pack),
    form,
    state: sayState(authority, now),
    purpose: sayPurpose(authority.purpose),
    level: sayLevel(authority.level),
    scope: sayScope(authority.scope),
    holders:
      authority.holderNames.length === 0
        ? `Everyone in ${authority.organisationName} who can make enquiries`
        : `Only ${authority.holderNames.join(", ")}`,
    from: sayTime(authority.from),
    until: sayTime(authority.until),
    asked: asked && { name: asked.by.fullName, at: sayTime(asked.at) },
    decided: decided && {
      rank: authority.approverRank,
      reason: decided.reason,
      exceptional: sayCriterion(authority.exceptional, pack),
      name: decided.by.fullName,
      at: sayTime(decided.at),
      how: oral ? "Given orally" : state === "refused" ? "Refused" : "Approved",
    },
    confirmBy: unconfirmed ? sayTime(confirmBy) : null,
    confirmed: confirmedAt === null ? null : sayTime(confirmedAt),
    history: history.map(({ at, by, event, note }) => ({
      at: sayTime(at),
      by: by?.fullName ?? "the service itself",
      what: EVENT_WORDS[event],
      // The request's reason stands above already.
      note: event === "requested" ? "" : note,
    })),
    enquiries: enquiries.items.map((one) => ({
      ...one,
      asked: sayTime(one.asked),
      by: one.by.fullName,
      kind: kindTitle(one.kind),
      found: one.count === null ? "" : one.count.toLocaleString("en-GB"),
    })),
    nextEnquiries:
      enquiries.next === null ? "" : `${paths.authority(authority.id, { cursor: enquiries.next })}#done`,
    firstEnquiries: paged ? `${paths.authority(authority.id)}#done` : "",
    enquire:
      inForce && mayDo(caller.roles, "enquiry.ask")
        ? paths.enquiries({ authority: authority.reference })
        : "",
    days: pack.access.authorityDays,
    exceptionalRank: pack.access.exceptionalRank,
    ordinaryDays: pack.access.ordinaryDays,
    // A criterion is asked for only where one could matter.
    criteria: [
      { value: "", text: "None" },
      ...pack.access.exceptionalCriteria.map(({ name: value, title: text }) => ({
        value,
        text,
        selected: act === "approve" && value === form.values.exceptional,
      })),
    ],
    criteriaMeanings: pack.access.exceptionalCriteria,
    askExceptional: authority.level === "priority-volume",
    forms: {
      decide: state === "requested" ? offer(opened, "approve") : null,
      refuse: state === "requested" ? offer(opened, "refuse") : null,
      confirm: unconfirmed ? offer(opened, "confirm") : null,
      extend: inForce ? offer(opened, "extend") : null,
      // Whoever may refuse a request has no need to withdraw it.
      withdraw:
        inForce || (state === "requested" && offer(opened, "refuse").whyNot !== "")
          ? offer(opened, "withdraw")
          : null,
    },
    values: Object.fromEntries(
      (["approve", "extend", "withdraw", "confirm"] as const).map((one) => [
        one,
        {
          reason: act === one || (act === "refuse" && one === "approve") ? form.values.reason : "",
          until: act === one ? form.values.until : one === "approve" ? endOf(authority, now, latest) : "",
        },
      ]),
    ),
    latest: sayTime(latest),
    serves: state === "requested" ? "It would be valid" : "Valid",
    opened: act ?? "",
  };
}

/** A criterion with its meaning; as it is on record where the pack in force does not know it any more. */
function sayCriterion(named: string | null, { access }: WebParts["pack"]): string | null {
  const known = access.exceptionalCriteria.find(({ name }) => name === named);
  return known === undefined ? named : `${known.title}: ${known.meaning}`;
}

/** Whether an act is open to the person, and why not otherwise. */
const offer = ({ acts }: AuthorityInFull, wanted: AuthorityAct): { readonly whyNot: string } => ({
  whyNot: sayRolesIn(acts.find(({ act }) => act === wanted)?.whyNot ?? ""),
});

/** The end as asked for, or the latest there may be where that one is over. */
function endOf({ until }: StandingAuthority, now: number, latest: number): string {
  return toLocalInput(until > now ? until : latest);
}
