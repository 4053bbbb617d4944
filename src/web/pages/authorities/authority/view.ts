import type { AuthorityInFull } from "../../../../api/authorities/port.ts";
import type { AuthorityAct } from "../../../../authority/authority-life.ts";
import type { AuthorityEventKind } from "../../../../authority/authority-record.ts";
import type { Problem } from "../../../../errors.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import type { WebPorts } from "../../../ports.ts";
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

const KIND_WORDS: Readonly<Record<string, string>> = {
  vrm: "A VRM",
  place: "A place",
  partial: "Part of a VRM",
};

/** What the page of one authority says. @param parts.now epoch ms */
export function authorityView(parts: {
  authority: AuthorityInFull;
  asker: Caller;
  pack: WebPorts["pack"];
  now: number;
  paged: boolean;
  done: string;
  form?: Form<ActField>;
  /** The act that was tried and did not go through. */
  act?: AuthorityAct;
  /** What stopped it, where it was not the form. */
  stopped?: Problem;
}) {
  const { authority, asker, pack, now, paged, done, act, stopped } = parts;
  const form = parts.form ?? formWith<ActField>({ reason: "", until: "", exceptional: "" }, []);
  const { state, oral, asked, decided } = authority;
  const inForce = state === "approved";
  const unconfirmed = inForce && oral?.confirmed === null;
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
      authority.holders.length === 0
        ? `Everyone in ${authority.organisation} who can make enquiries`
        : `Only ${authority.holders.join(", ")}`,
    from: sayTime(authority.from),
    until: sayTime(authority.until),
    asked: asked && { name: asked.by.name, at: sayTime(asked.at) },
    decided: decided && {
      ...decided,
      exceptional: sayCriterion(decided.exceptional, pack),
      name: decided.by.name,
      at: sayTime(decided.at),
      how: oral === null ? (state === "refused" ? "Refused" : "Approved") : "Given orally",
    },
    confirmBy: unconfirmed ? sayTime(oral.confirmBy) : null,
    confirmed: oral?.confirmed ? sayTime(oral.confirmed) : null,
    history: authority.history.map(({ at, by, event, note }) => ({
      at: sayTime(at),
      by: by?.name ?? "the service itself",
      what: EVENT_WORDS[event],
      // The request's reason stands above already.
      note: event === "requested" ? "" : note,
    })),
    enquiries: authority.enquiries.items.map((one) => ({
      ...one,
      asked: sayTime(one.asked),
      by: one.by.name,
      kind: KIND_WORDS[one.kind] ?? one.kind,
      found: one.count === null ? "" : one.count.toLocaleString("en-GB"),
    })),
    nextEnquiries:
      authority.enquiries.next === null
        ? ""
        : `${paths.authority(authority.id, { cursor: authority.enquiries.next })}#done`,
    firstEnquiries: paged ? `${paths.authority(authority.id)}#done` : "",
    enquire:
      inForce && mayDo(asker.roles, "enquiry.ask") ? paths.enquiries({ authority: authority.reference }) : "",
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
      decide: state === "requested" ? offer(authority, "approve") : null,
      refuse: state === "requested" ? offer(authority, "refuse") : null,
      confirm: unconfirmed ? offer(authority, "confirm") : null,
      extend: inForce ? offer(authority, "extend") : null,
      // Whoever may refuse a request has no need to withdraw it.
      withdraw:
        inForce || (state === "requested" && offer(authority, "refuse").whyNot !== "")
          ? offer(authority, "withdraw")
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
function sayCriterion(named: string | null, { access }: WebPorts["pack"]): string | null {
  const known = access.exceptionalCriteria.find(({ name }) => name === named);
  return known === undefined ? named : `${known.title}: ${known.meaning}`;
}

/** Whether an act is open to the person, and why not otherwise. */
const offer = ({ acts }: AuthorityInFull, wanted: AuthorityAct): { readonly whyNot: string } => ({
  whyNot: sayRolesIn(acts.find(({ act }) => act === wanted)?.whyNot ?? ""),
});

/** The end as asked for, or the latest there may be where that one is over. */
function endOf({ until }: AuthorityInFull, now: number, latest: number): string {
  const asked = Date.parse(until);
  return toLocalInput(asked > now ? asked : latest);
}
