/** One question of the policy pack's checklist (AUD-3). */
export interface Question {
  readonly id: string;
  readonly question: string;
}

export const ANSWERS = ["yes", "no", "not-applicable"] as const;

export interface Answer {
  readonly answer: (typeof ANSWERS)[number];
  readonly note: string;
}

/** Answers by the id of their question. */
export type Answers = Readonly<Record<string, Answer>>;

/** What keeps a review from being complete, by question: every question has one answer, and a "no" says why. */
export function wrongWith(
  answers: Answers,
  checklist: readonly Question[],
): readonly { readonly question: string; readonly message: string }[] {
  const known = new Set(checklist.map(({ id }) => id));
  return [
    ...checklist.flatMap(({ id, question }) => {
      const given = answers[id];
      if (given === undefined) return [{ question: id, message: `Answer this question: ${question}` }];
      if (given.answer === "no" && given.note.trim() === "")
        return [{ question: id, message: `Enter what is wrong: ${question}` }];
      return [];
    }),
    ...Object.keys(answers)
      .filter((id) => !known.has(id))
      .map((id) => ({ question: id, message: "There is no such question in the checklist" })),
  ];
}

/** The questions that were answered "no", in the order of the checklist. */
export const failed = (answers: Answers, checklist: readonly Question[]): readonly Question[] =>
  checklist.filter(({ id }) => answers[id]?.answer === "no");
