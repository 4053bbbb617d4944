import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { formWith, textOf, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { sampleView, type DrawField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 24;

/** The month's samples: how far they are, the next enquiry, and drawing one (AUD-3, AUD-4). */
export const auditSamplePage: PageRoutes = (app, tools) => {
  const { samples } = tools.ports.rooms.auditors;

  app.get(ROUTES.auditSamples, { config: { access: "audit.review" } }, async (request, reply) =>
    showSamples(tools, request, reply),
  );

  app.post(ROUTES.auditNext, { config: { access: "audit.review" } }, async (request, reply) => {
    const item = await samples.next("review", callerOf(request));
    return reply.redirect(
      item === null ? paths.auditSamples({ notice: "none" }) : paths.auditItem(String(item.item.id)),
      303,
    );
  });

  app.post(ROUTES.auditNextRecheck, { config: { access: "audit.recheck" } }, async (request, reply) => {
    const item = await samples.next("recheck", callerOf(request));
    const none = paths.auditSamples({ notice: "none-recheck" });
    return reply.redirect(item === null ? none : paths.auditItem(String(item.item.id)), 303);
  });

  app.post(ROUTES.auditSamples, { config: { access: "audit.recheck" } }, async (request, reply) => {
    const month = textOf(request.body, "month").trim();
    try {
      const drawn = await samples.draw(month, callerOf(request));
      const notice = drawn.length > 0 ? "drawn" : "drawn-none";
      return await reply.redirect(paths.auditSamples({ notice }), 303);
    } catch (error) {
      if (!(error instanceof Problem) || !["INPUT_INVALID", "NOT_READY"].includes(error.code)) throw error;
      const message = error.errors[0]?.message ?? error.message;
      const form = formWith<DrawField>({ month }, [{ field: "month", message }]);
      return showSamples(tools, request, reply, form, error.status);
    }
  });
};

async function showSamples(
  { ports, show }: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  form?: Form<DrawField>,
  status?: number,
): Promise<FastifyReply> {
  const asker = callerOf(request);
  const cursor = textOf(request.query, "cursor", 512);
  const page = await ports.rooms.auditors.samples.list(
    { limit: PAGE_SIZE, cursor: cursor === "" ? undefined : cursor },
    asker,
  );
  const notice = textOf(request.query, "notice", 20);
  const view = sampleView(page, { asker, now: ports.now(), notice, first: cursor === "", form });
  return show(request, reply, "pages/audit/sample/template.njk", view, status);
}
