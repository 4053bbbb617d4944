import { z } from "zod";
import type { Answer } from "../../enquiry/enquiries.ts";
import { reliedOn, type Enquiry } from "../../enquiry/enquiry.ts";
import { QUESTION_KINDS } from "../../enquiry/kinds.ts";
import { LEVELS, PURPOSES } from "../../policy/purpose.ts";
import { foundReadView, presentFoundRead } from "../reads/present.ts";
import { time, timeText, nameSchemas } from "../schemas.ts";

const questionAsked = z
  .looseObject({ kind: z.enum(QUESTION_KINDS) })
  .describe("As understood; times are epoch milliseconds");

export const answerView = z.object({
  enquiry: z.string(),
  grant: z.object({
    authority: z.string().describe("Reference of the authority, or of the case where none was relied on"),
    purpose: z.enum(PURPOSES).nullable(),
    level: z.enum(LEVELS).nullable(),
    rules: z.array(z.string()).readonly().describe("The sentences of the policy pack that decided"),
    policyPack: z.string(),
    policyPackDigest: z.string().describe("SHA-256 of the pack"),
    expires: time,
    viewLimit: z.int().describe("Most reads of one answer that are shown"),
  }),
  receipt: z.int().describe("Index of the entry in the audit log"),
  question: questionAsked,
  reason: z.string(),
  count: z.int().describe("Reads in the whole answer"),
  before: z.int().describe("Reads of the answer before this page"),
  items: z.array(foundReadView).readonly(),
  next: z.string().nullable(),
});

export const enquiryView = z.object({
  id: z.string(),
  kind: z.enum(QUESTION_KINDS),
  question: questionAsked.describe("As understood; its VRM is empty once it is forgotten"),
  asked: time,
  reason: z.string(),
  authority: z.string(),
  count: z.int().nullable(),
  outcome: z.string(),
});
nameSchemas({ Question: questionAsked, Answer: answerView, Enquiry: enquiryView });

/** One page of an answer, with the permission that it is given under. */
export const presentAnswer = ({ grant, items, ...answer }: Answer): z.infer<typeof answerView> => ({
  ...answer,
  question: { ...answer.question },
  grant: {
    authority: grant.authority,
    purpose: grant.purpose,
    level: grant.level,
    rules: grant.rules,
    policyPack: grant.policyPack,
    policyPackDigest: grant.policyPackDigest,
    expires: timeText(grant.expires),
    viewLimit: grant.viewLimit,
  },
  items: items.map(presentFoundRead),
});

/** An enquiry as a line of the list of one's own. */
export const presentEnquiry = (enquiry: Enquiry): z.infer<typeof enquiryView> => ({
  id: enquiry.id,
  kind: enquiry.question.kind,
  question: { ...enquiry.question },
  asked: timeText(enquiry.asked),
  reason: enquiry.reason,
  authority: reliedOn(enquiry),
  count: enquiry.count,
  outcome: enquiry.outcome,
});
