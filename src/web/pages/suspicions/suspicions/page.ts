import { ROUTES } from "../../../paths.ts";
import { suspicionsView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;

/** What protective monitoring found (ACC-5, ACC-8, AUD-5). */
export const suspicionsPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { show?: string; cursor?: string } }>(
    ROUTES.suspicions,
    { config: { access: "suspension.see" } },
    async (request, reply) => {
      const waiting = request.query.show !== "all";
      const { cursor } = request.query;
      const paged = typeof cursor === "string" && cursor !== "";
      const caller = callerOf(request);
      const page = await ports.rooms.people.suspicions.list(
        { waiting: waiting ? true : undefined },
        { limit: PAGE_SIZE, ...(paged ? { cursor } : {}) },
        caller,
      );
      const view = suspicionsView(page, caller, waiting, paged);
      return show(request, reply, "pages/suspicions/suspicions/template.njk", view);
    },
  );
};
