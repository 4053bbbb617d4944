import type { FastifyReply, FastifyRequest } from "fastify";
import type { Answers } from "../../../../oversight/checklist.ts";
import { Problem } from "../../../../errors.ts";
import { textOf, type FieldError } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { answerField, noteField, readAnswers } from "./form.ts";
import { presentItem } from "../../../../api/audit/present.ts";
import { itemPageView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { id: string } }>;

interface Again {
  readonly answers?: Answers;
  readonly verdict?: { readonly agrees: string; readonly note: string };
  readonly errors?: readonly FieldError[];
  readonly conflict?: string;
  readonly status?: number;
}

/** One enquiry under review, with the checklist, or a review that is looked at again (AUD-3, AUD-4). */
export const auditItemPage: PageRoutes = (app, tools) => {
  const { samples } = tools.ports.rooms.auditors;

  app.get<{ Params: { id: string } }>(
    ROUTES.auditItem,
    { config: { access: "audit.review" } },
    async (request, reply) => showItem(tools, request, reply),
  );

  app.post<{ Params: { id: string } }>(
    ROUTES.auditItemReview,
    { config: { access: "audit.review" } },
    async (request, reply) => {
      const answers = readAnswers(request.body, samples.checklist);
      try {
        await samples.review(request.params.id, answers, callerOf(request));
        return await reply.redirect(paths.auditSamples({ notice: "reviewed" }), 303);
      } catch (error) {
        return showItem(tools, request, reply, { answers, ...againFor(error, answers) });
      }
    },
  );

  app.post<{ Params: { id: string } }>(
    ROUTES.auditItemRecheck,
    { config: { access: "audit.recheck" } },
    async (request, reply) => {
      const { body } = request;
      const verdict = { agrees: textOf(body, "agrees"), note: textOf(body, "note", 2_000).trim() };
      if (verdict.agrees !== "yes" && verdict.agrees !== "no") {
        const errors = [{ field: "agrees", message: "Select whether you agree with the review" }];
        return showItem(tools, request, reply, { verdict, errors, status: 400 });
      }
      try {
        const said = { agrees: verdict.agrees === "yes", note: verdict.note };
        await samples.recheck(request.params.id, said, callerOf(request));
        return await reply.redirect(paths.auditSamples({ notice: "rechecked" }), 303);
      } catch (error) {
        return showItem(tools, request, reply, { verdict, ...againFor(error, {}) });
      }
    },
  );
};

/** What the page says after a refusal that the person can mend; anything else goes its way. */
function againFor(error: unknown, answers: Answers): Again {
  if (!(error instanceof Problem)) throw error;
  if (error.code === "CONFLICT") return { conflict: error.message, status: 409 };
  if (error.code !== "INPUT_INVALID") throw error;
  const errors = error.errors.map(({ path, message }) => {
    const question = path.replace(/^answers\./, "");
    if (question === path) return { field: path, message };
    return { field: answers[question] === undefined ? answerField(question) : noteField(question), message };
  });
  return { errors, status: 400 };
}

async function showItem(
  { ports, show }: PageTools,
  request: Ask,
  reply: FastifyReply,
  again: Again = {},
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const item = await ports.rooms.auditors.samples.item(request.params.id, caller);
  return show(
    request,
    reply,
    "pages/audit/item/template.njk",
    itemPageView(presentItem(item), caller, again),
    again.status,
  );
}
