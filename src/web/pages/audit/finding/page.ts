import type { FastifyReply, FastifyRequest } from "fastify";
import { FINDING_STATES } from "../../../../oversight/finding.ts";
import { Problem } from "../../../../errors.ts";
import { errorsAt, formWith, valuesOf, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { askForReason, reasonGiven } from "../audit/reason.ts";
import { findingPageView, type ChangeField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { id: string } }>;

/** One finding with its history, and what becomes of it (AUD-3). */
export const findingPage: PageRoutes = (app, tools) => {
  app.get<{ Params: { id: string } }>(
    ROUTES.finding,
    { config: { access: "audit.search" } },
    async (request, reply) => showFinding(tools, request, reply),
  );

  app.post<{ Params: { id: string } }>(
    ROUTES.finding,
    { config: { access: "audit.search" } },
    async (request, reply) => {
      const values = valuesOf<ChangeField>(request.body, ["seen", "state", "owner", "note"]);
      const state = FINDING_STATES.find((known) => known === values.state);
      const seen = FINDING_STATES.find((known) => known === values.seen);
      if (state === undefined || seen === undefined || values.note.length < 3) {
        const errors = [
          ...(state === undefined || seen === undefined
            ? [{ field: "state", message: "Select its state now" }]
            : []),
          ...(values.note.length < 3 ? [{ field: "note", message: "Enter a reason, for the record" }] : []),
        ];
        return showFinding(tools, request, reply, { form: formWith(values, errors), status: 400 });
      }
      try {
        const { note } = values;
        const owner = values.owner === "" ? undefined : values.owner;
        await tools.ports.rooms.auditors.findings.change(
          request.params.id,
          { seen, state, note, owner },
          callerOf(request),
        );
        return await reply.redirect(paths.finding(request.params.id), 303);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === "CONFLICT")
          return showFinding(tools, request, reply, { conflict: error.message, status: 409 });
        if (error.code !== "INPUT_INVALID") throw error;
        const form = formWith(values, errorsAt(error.errors, { owner: "owner" }, "note"));
        return showFinding(tools, request, reply, { form, status: 400 });
      }
    },
  );
};

async function showFinding(
  { ports, show }: PageTools,
  request: Ask,
  reply: FastifyReply,
  again: { form?: Form<ChangeField>; conflict?: string; status?: number } = {},
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const given = reasonGiven(request.query, caller);
  if (given.missing)
    return askForReason(show, request, reply, given, {
      what: `finding ${request.params.id}`,
      action: paths.finding(request.params.id),
      kept: {},
      tab: "findings",
    });
  const finding = await ports.rooms.auditors.findings.find(request.params.id, given.reason, caller);
  return show(
    request,
    reply,
    "pages/audit/finding/template.njk",
    findingPageView(finding, caller, again),
    again.status,
  );
}
