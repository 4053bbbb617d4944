import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { errorsAt, formWith, textOf, valuesOf, type Form } from "../../../form.ts";
import { ROUTES, withQuery } from "../../../paths.ts";
import { presentAuditEntry } from "../../../../api/audit/present.ts";
import { mapPage } from "../../../../flow/page.ts";
import { readSearch, SEARCH_FIELDS, type SearchField } from "./form.ts";
import { searchView, type Found } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;

/** The log within one's remit (AUD-6). Nothing is looked up, and so nothing logged, until somebody presses Search. */
export const auditPage: PageRoutes = (app, tools) => {
  app.get(ROUTES.audit, { config: { access: "audit.search" } }, async (request, reply) => {
    const { query } = request;
    if (textOf(query, "search") === "")
      return showSearch(tools, request, reply, { form: formWith(valuesOf(query, SEARCH_FIELDS), []) });
    const read = readSearch(query);
    if ("form" in read) return showSearch(tools, request, reply, { form: read.form, status: 400 });
    const { question, reason, values } = read;
    const cursor = textOf(query, "cursor", 512);
    try {
      const page = await tools.ports.rooms.auditors.log.search(
        question,
        reason,
        { limit: PAGE_SIZE, cursor: cursor === "" ? undefined : cursor },
        callerOf(request),
      );
      return await showSearch(tools, request, reply, {
        form: formWith(values, []),
        found: { page: mapPage(page, presentAuditEntry), first: cursor === "" },
      });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "INPUT_INVALID") throw error;
      const errors = errorsAt(error.errors, { vrm: "vrm", reason: "reason" }, "actor");
      return showSearch(tools, request, reply, { form: formWith(values, errors), status: 400 });
    }
  });

  // The page asks for the second factor where it must; the API then hands the entries out.
  app.get(
    ROUTES.auditExport,
    { config: { access: "audit.export", stepUp: true } },
    async (request, reply) => {
      const read = readSearch(request.query);
      if ("form" in read) return showSearch(tools, request, reply, { form: read.form, status: 400 });
      const { question, reason, values } = read;
      if ((reason ?? "").length < 3) {
        const errors = [{ field: "reason", message: "Enter why you are exporting these entries" }];
        return showSearch(tools, request, reply, { form: formWith(values, errors), status: 400 });
      }
      const { from, to, ...rest } = question;
      const query = Object.entries({
        ...rest,
        from: from === undefined ? undefined : new Date(from).toISOString(),
        to: to === undefined ? undefined : new Date(to).toISOString(),
        reason,
      }).map(([name, value]) => [name, value === undefined ? undefined : String(value)] as const);
      return reply.redirect(withQuery("/v1/audit/export", Object.fromEntries(query)), 303);
    },
  );
};

async function showSearch(
  { ports, show }: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: { form: Form<SearchField>; found?: Found; status?: number },
): Promise<FastifyReply> {
  const asker = callerOf(request);
  const organisations = await ports.rooms.auditors.log.organisations(asker);
  const view = searchView({ ...shown, asker, organisations });
  return show(request, reply, "pages/audit/audit/template.njk", view, shown.status);
}
