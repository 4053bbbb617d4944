import type { ItemView } from "../../../../api/audit/views.ts";
import { ANSWERS, type Answers } from "../../../../oversight/checklist.ts";
import { formWith, type FieldError } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { entryLine } from "../audit/entry-line.ts";
import { tabsFor } from "../audit/tabs.ts";
import { membersOf } from "../entry/members.ts";
import { sayMonth, STRATUM_WORDS } from "../sample/view.ts";
import { answerField, noteField } from "./form.ts";
import type { Caller } from "../../../../identity/caller.ts";

const ANSWER_WORDS = { yes: "Yes", no: "No", "not-applicable": "Does not apply" } as const;

/** An enquiry under review: what was asked, what came of it, and the checklist. */
export function itemPageView(
  item: ItemView,
  asker: Caller,
  again: {
    readonly answers?: Answers;
    readonly verdict?: { readonly agrees: string; readonly note: string };
    readonly errors?: readonly FieldError[];
    readonly conflict?: string;
  },
) {
  const given = again.answers ?? item.review?.answers ?? {};
  const form = formWith<string>({}, again.errors ?? []);
  const agrees = again.verdict?.agrees ?? "";
  return {
    pageTitle: item.task === "recheck" ? "Check a review" : "Review an enquiry",
    tabs: tabsFor(asker, "samples"),
    form,
    hasErrors: form.summary.length > 0,
    conflict: again.conflict ?? "",
    item,
    month: sayMonth(item.month),
    stratum: STRATUM_WORDS[item.stratum],
    line: entryLine(item.entry),
    members: membersOf(item.entry),
    neighbours: item.neighbours.map((one) => entryLine(one)),
    underAuthority: item.underAuthority.map((one) => entryLine(one)),
    reviewHref: paths.auditItemReview(item.id),
    recheckHref: paths.auditItemRecheck(item.id),
    questions: item.checklist.map(({ id, question }) => ({
      question,
      answerId: answerField(id),
      noteId: noteField(id),
      answered: given[id] === undefined ? "" : ANSWER_WORDS[given[id].answer],
      note: given[id]?.note ?? "",
      options: ANSWERS.map((value) => ({
        value,
        text: ANSWER_WORDS[value],
        checked: given[id]?.answer === value,
      })),
      answerError: form.errors[answerField(id)],
      noteError: form.errors[noteField(id)],
    })),
    reviewed: item.review && { by: item.review.by, at: sayTime(item.review.at) },
    rechecked: item.recheck && { ...item.recheck, at: sayTime(item.recheck.at) },
    verdicts: [
      { value: "yes", text: "I agree", checked: agrees === "yes" },
      {
        value: "no",
        text: "I do not agree",
        hint: { text: "This opens a finding" },
        checked: agrees === "no",
      },
    ],
    verdictNote: again.verdict?.note ?? "",
  };
}
