import type { FastifyRequest } from "fastify";
import { callerOf } from "../../../../api/http/access.ts";
import { originOf } from "../../../../api/session/visit-of.ts";
import { Problem } from "../../../../errors.ts";
import { valuesOf } from "../../../form.ts";
import type { PageRoutes } from "../../../page-tools.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { secretView } from "../secret/view.ts";
import { confirmView, type ConfirmField, type SourceAct } from "./view.ts";

type Asked = FastifyRequest<{ Params: { id: string } }>;
const MANAGE = { config: { access: "source.manage", stepUp: true } } as const;
const TEMPLATE = "pages/sources/confirm/template.njk";
const ACTS: Readonly<Record<SourceAct, string>> = {
  "switch-off": ROUTES.sourceSwitchOff,
  "switch-on": ROUTES.sourceSwitchOn,
  "renew-secret": ROUTES.sourceRenew,
};

/** Says what an act on a feed source does, takes the reason, and does it (READ-7). */
export const sourceConfirmPage: PageRoutes = (app, { ports, show }) => {
  const { sources } = ports.rooms;

  for (const [act, url] of Object.entries(ACTS) as [SourceAct, string][]) {
    app.get(url, MANAGE, async (request: Asked, reply) => {
      const source = await sources.open(request.params.id, callerOf(request));
      return show(request, reply, TEMPLATE, confirmView({ source, act }));
    });

    app.post(url, MANAGE, async (request: Asked, reply) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const values = valuesOf<ConfirmField>(request.body, ["reason", "version"]);
      const again = async (status: number, stopped: { missing?: true; conflict?: string }) => {
        const source = await sources.open(id, caller);
        return show(request, reply, TEMPLATE, confirmView({ source, act, values, ...stopped }), status);
      };
      if (values.reason.length < 3) return again(400, { missing: true });
      const why = { version: Number(values.version), reason: values.reason.slice(0, 1_000) };
      try {
        if (act !== "renew-secret") {
          await sources.switch(id, act === "switch-on" ? "on" : "off", why, caller);
          return await reply.redirect(paths.source(id, act), 303);
        }
        const given = await sources.renew(id, why, caller);
        const view = secretView(given, originOf(request, ports.publicUrl), "renewed");
        return await show(request, reply, "pages/sources/secret/template.njk", view);
      } catch (error) {
        if (!(error instanceof Problem && error.code === "CONFLICT")) throw error;
        return again(error.status, { conflict: error.message });
      }
    });
  }
};
