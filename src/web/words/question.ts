import { kindOf, type Question } from "../../enquiry/kinds.ts";
import { sayTime } from "./london-time.ts";

/** A question to the archive in words: `Where AB12 CDE was read, from … to …`. */
export const sayQuestion = (question: Question): string =>
  `${kindOf(question).say(question)}, from ${sayTime(question.from).short} to ${sayTime(question.to).short}`;
