import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { errorsAt, formWith, valuesOf, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { askForReason, reasonGiven } from "../audit/reason.ts";
import { presentEntryInFull } from "../../../../api/audit/present.ts";
import { auditEntryView, type NewFindingField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { id: string } }>;

/** One entry of the log, what belongs to it, its proof in words, and a finding about it (AUD-2, AUD-3, AUD-6). */
export const auditEntryPage: PageRoutes = (app, tools) => {
  app.get<{ Params: { id: string } }>(
    ROUTES.auditEntry,
    { config: { access: "audit.search" } },
    async (request, reply) => showEntry(tools, request, reply),
  );

  app.post<{ Params: { id: string } }>(
    ROUTES.auditEntryFinding,
    { config: { access: "audit.review" } },
    async (request, reply) => {
      const values = valuesOf<NewFindingField>(request.body, ["title", "note"]);
      const errors = [
        ...(values.title.length < 3
          ? [{ field: "title", message: "Enter what was found, in a few words" }]
          : []),
        ...(values.note.length < 3 ? [{ field: "note", message: "Enter what should be looked into" }] : []),
      ];
      if (errors.length > 0)
        return showEntry(tools, request, reply, { form: formWith(values, errors), status: 400 });
      try {
        const asked = { entry: request.params.id, title: values.title.slice(0, 200), note: values.note };
        const finding = await tools.ports.rooms.auditors.findings.open(asked, callerOf(request));
        return await reply.redirect(paths.finding(String(finding.id)), 303);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "INPUT_INVALID") throw error;
        const form = formWith(values, errorsAt(error.errors, {}, "title"));
        return showEntry(tools, request, reply, { form, status: 400 });
      }
    },
  );
};

async function showEntry(
  { ports, show }: PageTools,
  request: Ask,
  reply: FastifyReply,
  { form, status }: { form?: Form<NewFindingField>; status?: number } = {},
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const given = reasonGiven(request.query, caller);
  // Asked for before anything is looked up; a link from elsewhere, such as a finding, does not carry it.
  if (given.missing)
    return askForReason(show, request, reply, given, {
      what: `entry ${request.params.id}`,
      action: paths.auditEntry(request.params.id),
      kept: {},
      tab: "search",
    });
  const { reason } = given;
  const found = await ports.rooms.auditors.log.entry(request.params.id, reason, caller);
  const view = auditEntryView(presentEntryInFull(found), { asker: caller, reason, form });
  return show(request, reply, "pages/audit/entry/template.njk", view, status);
}
