import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { formWith, valuesOf, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { policyPackView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { digest: string } }>;
interface Again {
  readonly form?: Form<"reason">;
  readonly conflict?: string;
  readonly status?: number;
}

/** One pack with what it says otherwise than the one in force; whoever decides on it, decides here (RET-4). */
export const policyPackPage: PageRoutes = (app, tools) => {
  const { policy } = tools.ports.rooms;

  app.get<{ Params: { digest: string } }>(
    ROUTES.policyPack,
    { config: { access: "signed-in" } },
    async (request, reply) => showPack(tools, request, reply),
  );

  for (const [route, state] of [
    [ROUTES.policyApprove, "approved"],
    [ROUTES.policyRefuse, "refused"],
  ] as const) {
    app.post<{ Params: { digest: string } }>(
      route,
      { config: { access: "policy.approve", stepUp: true } },
      async (request, reply) => {
        const values = valuesOf(request.body, ["reason", "comparedWith"]);
        const { reason, comparedWith } = values;
        if (reason.length < 3) {
          const form = formWith(values, [{ field: "reason", message: "Enter a reason, for the record" }]);
          return showPack(tools, request, reply, { form, status: 400 });
        }
        try {
          await policy.decide(request.params.digest, { state, reason, comparedWith }, callerOf(request));
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== "CONFLICT") throw error;
          return showPack(tools, request, reply, { conflict: error.message, status: 409 });
        }
        return reply.redirect(paths.policy(state), 303);
      },
    );
  }
};

async function showPack(
  { ports, show }: PageTools,
  request: Ask,
  reply: FastifyReply,
  { form, conflict, status }: Again = {},
): Promise<FastifyReply> {
  const { policy } = ports.rooms;
  const asker = callerOf(request);
  const held = await policy.compare(request.params.digest);
  const waits = held.record.state === "proposed" && mayDo(asker.roles, "policy.approve");
  const view = policyPackView({
    held,
    now: ports.now(),
    mayDecide: waits && (await policy.refusalTo(asker, held.record)) === undefined,
    form: form ?? formWith({ reason: "" }, []),
    conflict: conflict ?? "",
  });
  return show(request, reply, "pages/policy/policy-pack/template.njk", view, status);
}
