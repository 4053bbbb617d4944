import { callerOf } from "../../../../api/http/access.ts";
import { isEverywhere } from "../../../../policy/scope.ts";
import type { PageRoutes } from "../../../page-tools.ts";
import { ROUTES } from "../../../paths.ts";
import { sourcesView } from "./view.ts";

const PAGE_SIZE = 50;
const text = (value: unknown): string => (typeof value === "string" ? value.trim().slice(0, 200) : "");
const orNone = (value: string): string | undefined => (value === "" ? undefined : value);

/** The feed sources of the organisation, or of all of them for a national role (READ-7). */
export const sourcesPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { organisation?: string; cursor?: string } }>(
    ROUTES.sources,
    { config: { access: "source.see" } },
    async (request, reply) => {
      const caller = callerOf(request);
      const national = isEverywhere(caller.roles, "source.see");
      const organisation = national ? text(request.query.organisation) : "";
      const cursor = orNone(text(request.query.cursor));
      const page = await ports.rooms.sources.list(
        { organisation: orNone(organisation) },
        { limit: PAGE_SIZE, cursor },
        caller,
      );
      const view = sourcesView({ page, organisation, national, caller, paged: cursor !== undefined });
      return show(request, reply, "pages/sources/sources/template.njk", view);
    },
  );
};
