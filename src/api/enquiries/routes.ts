import { z } from "zod";
import type { Area } from "../../read/position.ts";
import { QUESTION_KINDS, type Question } from "../../enquiry/question.ts";
import { LEVELS, PURPOSES } from "../../policy/purpose.ts";
import { ROUTES } from "../paths.ts";
import { problemFrom } from "../http/problem-from.ts";
import { area, askedTime, id, paging, time } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { foundRead } from "../views.ts";
import { callerOf } from "../http/access.ts";

/** NRD ids are 32 bits in the archive; a larger one must never reach it. */
const LARGEST_NRD = 2 ** 32 - 1;

const asked = {
  authority: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("Id or reference of the authority relied on; without one, state purpose, level and reference"),
  purpose: z.enum(PURPOSES).optional().describe("What the answer is for"),
  level: z.enum(LEVELS).optional().describe("How serious the matter is"),
  reference: z.string().trim().max(100).optional().describe("Of the case or operation"),
  reason: z.string().trim().min(1).max(1_000),
  from: askedTime,
  to: askedTime.describe("Exclusive"),
  limit: z.int().min(1).max(500).optional(),
};

/** The three kinds of question so far; the policy engine says what is allowed, this only what is well formed. */
const enquiryBody = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("vrm"), vrm: z.string().min(1).max(32), ...asked }),
  z.object({
    kind: z.literal("place"),
    nrds: z.array(z.coerce.number().int().positive().max(LARGEST_NRD)).max(10_000).default([]),
    area: area.nullable().default(null),
    ...asked,
  }),
  z.object({
    kind: z.literal("partial"),
    pattern: z.string().min(1).max(32).describe("`?` one character, `*` any"),
    ...asked,
  }),
]);

function questionOf(body: z.infer<typeof enquiryBody>): Question {
  const { from, to } = body;
  if (body.kind === "vrm") return { kind: "vrm", vrm: body.vrm, from, to };
  if (body.kind === "partial") return { kind: "partial", pattern: body.pattern, from, to };
  return { kind: "place", nrds: body.nrds, area: body.area as Area | null, from, to };
}

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
  items: z.array(foundRead).readonly(),
  next: z.string().nullable(),
});

const enquiryLine = z.object({
  id: z.string(),
  kind: z.enum(QUESTION_KINDS),
  question: questionAsked.describe("As understood; its VRM is empty once it is forgotten"),
  asked: time,
  reason: z.string(),
  authority: z.string(),
  count: z.int().nullable(),
  outcome: z.string(),
});

/** The asker in the words of the enquiry room. */

/** Asking the archive (INV-3, INV-4). The room decides, audits and only then searches. */
export function enquiries(scope: Scope, { rooms, events }: ServerOptions): void {
  scope.post(
    ROUTES.enquiries,
    {
      config: { access: "enquiry.ask" },
      attachValidation: true,
      schema: {
        tags: ["enquiries"],
        summary: "Ask the archive",
        body: enquiryBody,
        response: { 200: answerView },
      },
    },
    async (request) => {
      const person = callerOf(request);
      // What cannot be understood was asked all the same, and the log has it (INV-3).
      if (request.validationError !== undefined) {
        const { code, errors } = problemFrom(request.validationError);
        const codes = [code, ...errors.map((one) => one.code)];
        await rooms.enquiries.notAsked(person, { codes }, request.id);
        throw request.validationError;
      }
      const { authority, purpose, level, reference, reason, limit, kind } = request.body;
      const started = performance.now();
      const finish = (outcome: string): void =>
        events.enquiryAnswered({
          kind,
          outcome,
          seconds: (performance.now() - started) / 1_000,
          person: person.person,
        });
      try {
        const answer = await rooms.enquiries.ask(
          person,
          { authority, purpose, level, reference, reason, question: questionOf(request.body) },
          { requestId: request.id, ...(limit === undefined ? {} : { limit }) },
        );
        finish("answered");
        return answer;
      } catch (error) {
        finish("refused");
        throw error;
      }
    },
  );

  scope.get(
    ROUTES.enquiries,
    {
      config: { access: "enquiry.ask" },
      schema: {
        tags: ["enquiries"],
        summary: "My recent enquiries, newest first",
        response: { 200: z.object({ items: z.array(enquiryLine), next: z.null() }) },
      },
    },
    async (request) => ({
      items: [...(await rooms.enquiries.mine(callerOf(request), request.id))],
      next: null,
    }),
  );

  scope.get(
    ROUTES.enquiry,
    {
      config: { access: "enquiry.ask" },
      schema: {
        tags: ["enquiries"],
        summary: "A further page, while the grant lasts",
        params: z.object({ id }),
        querystring: paging.extend({ limit: z.coerce.number().int().min(1).max(500).optional() }),
        response: { 200: answerView },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      return rooms.enquiries.page(callerOf(request), request.params.id, {
        requestId: request.id,
        ...(limit === undefined ? {} : { limit }),
        ...(cursor === undefined ? {} : { cursor }),
      });
    },
  );
}
