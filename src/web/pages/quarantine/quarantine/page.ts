import { ROUTES } from "../../../paths.ts";
import { isQuarantineCode } from "./codes.ts";
import { quarantineView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;

/** Reads kept apart until a person decides (READ-4). */
export const quarantinePage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { code?: string; cursor?: string; notice?: string } }>(
    ROUTES.quarantine,
    { config: { access: "quarantine.see" } },
    async (request, reply) => {
      const { code, cursor, notice } = request.query;
      const filter = isQuarantineCode(code) ? { code } : {};
      const paged = typeof cursor === "string" && cursor !== "" ? { cursor } : {};
      const page = await ports.rooms.quarantine.list(
        filter,
        { limit: PAGE_SIZE, ...paged },
        callerOf(request),
      );
      return show(
        request,
        reply,
        "pages/quarantine/quarantine/template.njk",
        quarantineView(page, filter.code ?? "", String(notice)),
      );
    },
  );
};
