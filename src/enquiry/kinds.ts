import { z } from "zod";
import type { EnquiryKind } from "./kinds/kind.ts";
import { partialKind } from "./kinds/partial.ts";
import { placeKind } from "./kinds/place.ts";
import { vrmKind } from "./kinds/vrm.ts";

/** Every kind of question to the archive, in the order in which people are offered them (INV-4). */
export const KINDS = { vrm: vrmKind, place: placeKind, partial: partialKind } as const;

export type QuestionKind = keyof typeof KINDS;
export const QUESTION_KINDS = Object.keys(KINDS) as [QuestionKind, ...QuestionKind[]];

/** What is asked of the archive. Times are epoch milliseconds UTC; `to` is exclusive. */
export type Question = z.infer<(typeof KINDS)[QuestionKind]["record"]>;

/** Everything that the kind of a question says about it. */
export const kindOf = ({ kind }: Pick<Question, "kind">): EnquiryKind<Question> => KINDS[kind];

/** What people call a kind; its name where an older record has one that is asked no more. */
export const kindTitle = (kind: string): string =>
  QUESTION_KINDS.includes(kind as never) ? KINDS[kind as QuestionKind].title : kind;

/** A question as it is kept, or as it was sent: only the members of its kind are taken. */
export const questionSchema: z.ZodType<Question> = z.union(
  Object.values(KINDS).map(({ record }): z.ZodType<Question> => record),
);
