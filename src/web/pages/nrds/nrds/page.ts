import { ROUTES } from "../../../paths.ts";
import { isNrdState, nrdsView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 100;
const text = (value: unknown): string => (typeof value === "string" ? value.trim().slice(0, 100) : "");

/** The register of NRDs. */
export const nrdsPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { search?: string; state?: string; cursor?: string } }>(
    ROUTES.nrds,
    { config: { access: "estate.see" } },
    async (request, reply) => {
      const search = text(request.query.search);
      const state = isNrdState(request.query.state) ? request.query.state : "";
      const { cursor } = request.query;
      const paged = typeof cursor === "string" && cursor !== "";
      const page = await ports.rooms.nrds.list(
        { search: search === "" ? undefined : search, state: state === "" ? undefined : state },
        { limit: PAGE_SIZE, ...(paged ? { cursor } : {}) },
        callerOf(request),
      );
      return show(request, reply, "pages/nrds/nrds/template.njk", nrdsView(page, search, state, paged));
    },
  );
};
