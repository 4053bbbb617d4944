import { z } from "zod";
import { ENQUIRY_OUTCOMES, type Enquiry } from "../../../enquiry/enquiry.ts";
import { questionSchema } from "../../../enquiry/kinds.ts";
import { LEVELS, PURPOSES } from "../../../policy/purpose.ts";

/** The columns of an enquiry, as `enquiryOf` reads them. */
export const ENQUIRY_COLUMNS = `id::text as id, person_id as person, organisation_id as organisation, authority, purpose, level,
  reference, reason, question, asked, outcome, result_count as count`;

const row = z.strictObject({
  id: z.string(),
  person: z.number(),
  organisation: z.number(),
  authority: z.string().nullable(),
  purpose: z.enum(PURPOSES).nullable(),
  level: z.enum(LEVELS).nullable(),
  reference: z.string().nullable(),
  reason: z.string(),
  question: questionSchema,
  asked: z.date().transform((at) => at.getTime()),
  outcome: z.enum(ENQUIRY_OUTCOMES),
  count: z.number().nullable(),
});

/** The enquiry of a row. @throws ZodError for a row that is none */
export const enquiryOf = (given: unknown): Enquiry => row.parse(given);
