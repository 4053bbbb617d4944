import { Problem, type InputError } from "../errors.ts";
import { kindOf, type Question } from "./kinds.ts";
import type { KnownNrds } from "./kinds/kind.ts";

/**
 * The question with its VRM or pattern normalised. Its NRDs must be in the register, `nrds`.
 * @throws Problem INPUT_INVALID that names every field that is wrong and what to do.
 */
export function checkQuestion(question: Question, nrds: KnownNrds): Question {
  const errors: InputError[] = [];
  const wrong = (path: string, code: string, message: string): void => {
    errors.push({ path, code, message });
  };
  if (!(question.to > question.from)) wrong("to", "PERIOD_INVALID", "The end must be after the start.");
  const checked = kindOf(question).check(question, nrds, wrong);
  if (errors.length > 0)
    throw new Problem("INPUT_INVALID", "The enquiry cannot be made like this.", { errors });
  return checked;
}
