import { AUTHORITY_STATES } from "../../../../authority/authority-record.ts";
import { ROUTES } from "../../../paths.ts";
import { authoritiesView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;

/** Authorities of the person's scope: what waits for them first (INV-2). */
export const authoritiesPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { state?: string; mine?: string; cursor?: string } }>(
    ROUTES.authorities,
    { config: { access: "authority.see" } },
    async (request, reply) => {
      const state = AUTHORITY_STATES.find((known) => known === request.query.state);
      const mine = request.query.mine === "yes";
      const { cursor } = request.query;
      const paged = typeof cursor === "string" && cursor !== "";
      const caller = callerOf(request);
      const page = await ports.rooms.authorities.list(
        { state, mine },
        { limit: PAGE_SIZE, ...(paged ? { cursor } : {}) },
        caller,
      );
      const view = authoritiesView({ page, caller, state: state ?? "", mine, paged, now: ports.now() });
      return show(request, reply, "pages/authorities/authorities/template.njk", view);
    },
  );
};
