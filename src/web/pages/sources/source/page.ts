import { isIP } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { callerOf } from "../../../../api/http/access.ts";
import type { OpenedSource } from "../../../../source/sources.ts";
import type { SourceTest } from "../../../../source/tested-source.ts";
import { formWith, textOf, type Form } from "../../../form.ts";
import type { PageRoutes } from "../../../page-tools.ts";
import { ROUTES } from "../../../paths.ts";
import { sourceView } from "./view.ts";

type Asked = FastifyRequest<{ Params: { id: string }; Querystring: { done?: string } }>;
const SEE = { config: { access: "source.see" } } as const;

/** One feed source: its state, agreement and last message, a test of it, and what may be done (READ-7). */
export const sourcePage: PageRoutes = (app, { ports, show }) => {
  const { sources } = ports.rooms;

  app.get(ROUTES.source, SEE, async (request: Asked, reply) =>
    showIt(request, reply, { source: await sources.open(request.params.id, callerOf(request)) }),
  );

  app.post(ROUTES.sourceTest, SEE, async (request: Asked, reply) => {
    const address = textOf(request.body, "address", 100).trim();
    if (address !== "" && isIP(address) === 0) {
      const wrong = { field: "address", message: "Enter an address like 192.0.2.10 or 2001:db8::10" };
      const source = await sources.open(request.params.id, callerOf(request));
      return showIt(request, reply, { source, form: formWith({ address }, [wrong]), status: 400 });
    }
    const test = await sources.test(
      request.params.id,
      address === "" ? undefined : address,
      callerOf(request),
    );
    const source = { ...test.source, refusals: test.refusals };
    return showIt(request, reply, { source, test, form: formWith({ address }, []) });
  });

  function showIt(
    request: Asked,
    reply: FastifyReply,
    {
      status,
      ...shown
    }: { source: OpenedSource; test?: SourceTest; form?: Form<"address">; status?: number },
  ): FastifyReply {
    const view = sourceView({ ...shown, caller: callerOf(request), done: String(request.query.done) });
    return show(request, reply, "pages/sources/source/template.njk", view, status);
  }
};
