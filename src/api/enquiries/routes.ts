import { z } from "zod";
import { KINDS, questionSchema, type QuestionKind } from "../../enquiry/kinds.ts";
import { LEVELS, PURPOSES } from "../../policy/purpose.ts";
import { callerOf } from "../http/access.ts";
import { problemFrom } from "../http/problem-from.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { ROUTES } from "../paths.ts";
import { askedTime, id, paging, nameSchemas } from "../schemas.ts";
import { answerView, enquiryView, presentAnswer, presentEnquiry } from "./present.ts";

/** What every kind of question is asked with. */
const basis = z.object({
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
});

type Body = z.infer<typeof basis> & { readonly kind: QuestionKind };
const bodies = Object.entries(KINDS).map(([kind, { body }]) => {
  const named = body.extend(basis.shape).strict();
  nameSchemas({ [`EnquiryOf${kind.replace(/^./, (first) => first.toUpperCase())}`]: named });
  return named;
});

/** The kinds of question; the policy engine says what is allowed, this only what is well formed. */
const enquiryBody = z.discriminatedUnion(
  "kind",
  bodies as unknown as [(typeof bodies)[number]],
) as unknown as z.ZodType<Body>;

/** Asking the archive (INV-3, INV-4). The room decides, audits and only then searches. */
export function enquiries(scope: Scope, { rooms }: ServerOptions): void {
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
      const caller = callerOf(request);
      // What cannot be understood was asked all the same, and the log has it (INV-3).
      if (request.validationError !== undefined) {
        const { code, errors } = problemFrom(request.validationError);
        await rooms.enquiries.notAsked({ codes: [code, ...errors.map((one) => one.code)] }, caller);
        throw request.validationError;
      }
      const { authority, purpose, level, reference, reason, limit } = request.body;
      const question = questionSchema.parse(request.body);
      const wanted = { authority, purpose, level, reference, reason, question };
      return presentAnswer(await rooms.enquiries.ask(wanted, { limit }, caller));
    },
  );

  scope.get(
    ROUTES.enquiries,
    {
      config: { access: "enquiry.ask" },
      schema: {
        tags: ["enquiries"],
        summary: "My recent enquiries, newest first",
        response: { 200: z.object({ items: z.array(enquiryView), next: z.null() }) },
      },
    },
    async (request) => {
      const mine = await rooms.enquiries.mine(callerOf(request));
      return { items: mine.map(presentEnquiry), next: null };
    },
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
    async (request) =>
      presentAnswer(await rooms.enquiries.page(request.params.id, request.query, callerOf(request))),
  );
}
