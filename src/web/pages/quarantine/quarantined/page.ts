import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { formWith, valuesOf } from "../../../form.ts";
import { paths, ROUTES, withQuery } from "../../../paths.ts";
import { quarantinedView, type DecisionField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { id: string } }>;
const TEMPLATE = "pages/quarantine/quarantined/template.njk";
const DECIDE = { config: { access: "quarantine.decide" } } as const;

/** One quarantined read, its release and its discarding, each with a reason (READ-4). */
export const quarantinedPage: PageRoutes = (app, { ports, show }) => {
  const { quarantine } = ports.rooms;

  app.get<{ Params: { id: string } }>(
    ROUTES.quarantined,
    { config: { access: "quarantine.see" } },
    async (request, reply) => {
      const caller = callerOf(request);
      return show(
        request,
        reply,
        TEMPLATE,
        quarantinedView(await quarantine.find(request.params.id, caller), caller),
      );
    },
  );

  app.post<{ Params: { id: string } }>(ROUTES.quarantineRelease, DECIDE, async (request, reply) =>
    decide(request, reply, "released", (reason) =>
      quarantine.release(request.params.id, reason, callerOf(request)),
    ),
  );

  app.post<{ Params: { id: string } }>(ROUTES.quarantineDiscard, DECIDE, async (request, reply) =>
    decide(request, reply, "discarded", (reason) =>
      quarantine.discard(request.params.id, reason, callerOf(request)),
    ),
  );

  async function decide(
    request: Ask,
    reply: FastifyReply,
    decision: "released" | "discarded",
    take: (reason: string) => Promise<unknown>,
  ): Promise<FastifyReply> {
    const values = { ...valuesOf<DecisionField>(request.body, ["reason", "decision"]), decision };
    const again = async (message: string, status: number): Promise<FastifyReply> => {
      const caller = callerOf(request);
      const item = await quarantine.find(request.params.id, caller);
      const form = formWith(values, status === 400 ? [{ field: "reason", message }] : []);
      return show(
        request,
        reply,
        TEMPLATE,
        quarantinedView(item, caller, form, status === 409 ? message : ""),
        status,
      );
    };
    if (values.reason === "") return again("Enter a reason, for the record", 400);
    try {
      await take(values.reason);
    } catch (error) {
      if (error instanceof Problem && error.code === "CONFLICT") return again(error.message, 409);
      if (error instanceof Problem && error.code === "INPUT_INVALID")
        return again(error.errors[0]?.message ?? error.message, 400);
      throw error;
    }
    return reply.redirect(withQuery(paths.quarantine(), { notice: decision }), 303);
  }
};
