import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { isSuspicionAct, suspicionView, type DecisionField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Asked = FastifyRequest<{ Params: { id: string } }>;

/** One suspicion, and the decision about it (ACC-5, ACC-8). */
export const suspicionPage: PageRoutes = (app, { ports, show }) => {
  const suspicions = ports.rooms.people.suspicions;

  app.get(ROUTES.suspicion, { config: { access: "suspension.see" } }, async (request: Asked, reply) =>
    showIt(request, reply),
  );

  app.post(
    ROUTES.suspicionDecide,
    { config: { access: "suspension.lift", stepUp: true } },
    async (request: Asked, reply) => {
      const { id } = request.params;
      const values = valuesOf<DecisionField>(request.body, ["decision", "reason"]);
      const errors: FieldError[] = [];
      const { decision, reason } = values;
      if (!isSuspicionAct(decision)) errors.push({ field: "decision", message: "Select your decision" });
      if (reason.length < 3) errors.push({ field: "reason", message: "Enter a reason, for the record" });
      if (!isSuspicionAct(decision) || errors.length > 0)
        return showIt(request, reply, { form: formWith(values, errors), status: 400 });
      try {
        await suspicions.decide(id, decision, reason.slice(0, 1_000), callerOf(request));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code !== "CONFLICT" && error.code !== "NOT_AUTHORISED") throw error;
        const { message: conflict, status } = error;
        return showIt(request, reply, { form: formWith(values, []), conflict, status });
      }
      return reply.redirect(paths.suspicion(id), 303);
    },
  );

  async function showIt(
    request: Asked,
    reply: FastifyReply,
    { status, ...after }: { form?: Form<DecisionField>; conflict?: string; status?: number } = {},
  ): Promise<FastifyReply> {
    const caller = callerOf(request);
    const suspicion = await suspicions.open(request.params.id, caller);
    const view = suspicionView({ suspicion, caller, ...after });
    return show(request, reply, "pages/suspicions/suspicion/template.njk", view, status);
  }
};
