import { ANSWERS, type Answers, type Question } from "../../../../oversight/checklist.ts";
import { textOf } from "../../../form.ts";

/** The fields of one question. */
export const answerField = (question: string): string => `answer-${question}`;
export const noteField = (question: string): string => `note-${question}`;

/** The answers of a posted review, by question; a question without an answer is left out. */
export function readAnswers(body: unknown, checklist: readonly Question[]): Answers {
  return Object.fromEntries(
    checklist.flatMap(({ id }) => {
      const answer = ANSWERS.find((known) => known === textOf(body, answerField(id)));
      return answer === undefined ? [] : [[id, { answer, note: textOf(body, noteField(id), 1_000).trim() }]];
    }),
  );
}
