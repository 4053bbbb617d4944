import type { Problem } from "../../../../errors.ts";
import type { Grounds } from "../../../../hit/in-hand.ts";
import { isPurpose, PURPOSE_MEANINGS } from "../../../../policy/purpose.ts";
import { formWith, textOf, type FieldError } from "../../../form.ts";
import { paths } from "../../../paths.ts";

const LONGEST_REASON = 1_000;

/** Why a person looks at a hit that is no longer in hand, as the address carries it. */
export function groundsOf(query: unknown): Grounds {
  const purpose = textOf(query, "purpose");
  const reason = textOf(query, "reason", LONGEST_REASON).trim();
  return { ...(isPurpose(purpose) ? { purpose } : {}), ...(reason === "" ? {} : { reason }) };
}

/** Asks for purpose and reason (INV-7), and says what refused where they were given. */
export function oldHitView(id: string, grounds: Grounds, refusal: Problem) {
  const { reason = "" } = grounds;
  const purpose: string = grounds.purpose ?? "";
  const asked = purpose !== "" || reason !== "";
  const errors: FieldError[] = [];
  if (asked && purpose === "") errors.push({ field: "purpose", message: "Select a purpose" });
  if (asked && purpose !== "") errors.push({ field: "reason", message: refusal.message });
  const form = formWith({ purpose, reason }, errors);
  return {
    pageTitle: "Why do you open this hit?",
    hasErrors: form.summary.length > 0,
    form,
    action: paths.hit(id),
    purposes: PURPOSE_MEANINGS.map(({ name, title, meaning }) => ({
      value: name,
      text: title,
      hint: { text: meaning },
      checked: purpose === name,
    })),
  };
}
