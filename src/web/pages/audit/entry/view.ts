import type { AuditEntryInFull } from "../../../../api/audit/views.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, type Form } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { entryLine, HEAD_WORDS, sayIndex } from "../audit/entry-line.ts";
import { tabsFor } from "../audit/tabs.ts";
import { membersOf } from "./members.ts";
import type { Caller } from "../../../../identity/caller.ts";

export type NewFindingField = "title" | "note";

/** One entry in full. */
export function auditEntryView(
  { entry, neighbours, underAuthority, place }: AuditEntryInFull,
  shown: {
    readonly asker: Caller;
    readonly reason: string | undefined;
    readonly form: Form<NewFindingField> | undefined;
  },
) {
  const { asker, reason } = shown;
  const form = shown.form ?? formWith<NewFindingField>({ title: "", note: "" }, []);
  return {
    pageTitle: `Entry ${sayIndex(entry.index)} of the log`,
    tabs: tabsFor(asker, "search"),
    form,
    hasErrors: form.summary.length > 0,
    line: entryLine(entry, reason),
    head: HEAD_WORDS[entry.head],
    action: entry.action,
    members: membersOf(entry),
    requestId: entry.requestId ?? "",
    sealed: entry.leaf.sealed.join(", "),
    hash: entry.leaf.hash,
    fault: entry.leaf.fault,
    place: place && { size: sayIndex(place.size), signedAt: sayTime(place.signedAt) },
    proof: paths.auditProof(entry.id, reason),
    neighbours: neighbours.map((one) => entryLine(one, reason)),
    authority: typeof entry.subject["authority"] === "string" ? entry.subject["authority"] : "",
    underAuthority: underAuthority.filter(({ id }) => id !== entry.id).map((one) => entryLine(one, reason)),
    mayFind:
      mayDo(asker.roles, "audit.review") && entry.actor !== asker.username && entry.organisation !== null,
    findHref: paths.auditEntryFinding(entry.id),
  };
}
