import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import type { Outline } from "../../../map/outline.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { NRD_ACTION_NAMES } from "../../../../estate/nrd-actions.ts";
import { nrdView, type NrdField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { id: string } }>;

/** @throws Problem NOT_FOUND for what cannot be the number of an NRD */
function idOf(request: Ask): number {
  if (!/^\d{1,9}$/.test(request.params.id))
    throw new Problem("NOT_FOUND", "There is no camera with this id in the register.");
  return Number(request.params.id);
}

/** One NRD and the named changes of its state (NAI-6). */
export const nrdPage =
  (outline: Outline): PageRoutes =>
  (app, tools) => {
    app.get<{ Params: { id: string } }>(
      ROUTES.nrd,
      { config: { access: "estate.see" } },
      async (request, reply) => showNrd(tools, outline, request, reply, {}),
    );

    app.post<{ Params: { id: string } }>(
      ROUTES.nrdState,
      { config: { access: "estate.manage" } },
      async (request, reply) => {
        const values = valuesOf<NrdField>(request.body, ["act", "reason"]);
        const act = NRD_ACTION_NAMES.find((known) => known === values.act);
        const errors: FieldError[] = [];
        if (act === undefined) errors.push({ field: "act", message: "Select what you want to do" });
        if (values.reason === "") errors.push({ field: "reason", message: "Enter a reason, for the record" });
        if (act === undefined || errors.length > 0)
          return showNrd(tools, outline, request, reply, { form: formWith(values, errors) });
        try {
          await tools.ports.rooms.nrds.change(idOf(request), act, values.reason, callerOf(request));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          if (error.code === "CONFLICT")
            return showNrd(tools, outline, request, reply, { conflict: error.message });
          if (error.code !== "INPUT_INVALID") throw error;
          const message = error.errors[0]?.message ?? error.message;
          return showNrd(tools, outline, request, reply, {
            form: formWith(values, [{ field: "reason", message }]),
          });
        }
        return reply.redirect(paths.nrd(idOf(request)), 303);
      },
    );
  };

async function showNrd(
  { ports, show }: PageTools,
  outline: Outline,
  request: Ask,
  reply: FastifyReply,
  after: { form?: Form<NrdField>; conflict?: string },
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const id = idOf(request);
  const nrd = await ports.rooms.nrds.find(id, caller);
  const history = await ports.rooms.nrds.history(id, caller);
  const owner = await ports.rooms.nrds.ownerOf(nrd);
  const losses = await ports.rooms.nrds.losses(id, caller);
  const status = after.conflict !== undefined ? 409 : after.form !== undefined ? 400 : 200;
  return show(
    request,
    reply,
    "pages/nrds/nrd/template.njk",
    nrdView({ nrd, owner, history, losses, caller, outline, ...after }),
    status,
  );
}
