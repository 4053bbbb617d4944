import type { PageRoutes } from "../../../page.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { dutyLine } from "../../../words/task.ts";
import { callerOf } from "../../../../api/http/access.ts";

const PAGE_SIZE = 50;

/** What is to be done about accounts and organisations, the longest overdue first (ACC-1, ACC-3, ACC-4, ACC-7). */
export const dutiesPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { cursor?: string } }>(
    ROUTES.duties,
    { config: { access: "duty.see" } },
    async (request, reply) => {
      const asker = callerOf(request);
      const { cursor } = request.query;
      const paged = typeof cursor === "string" && cursor !== "";
      const { duties } = ports.rooms.people;
      const [page, counts] = await Promise.all([
        duties.list({ limit: PAGE_SIZE, ...(paged ? { cursor } : {}) }, callerOf(request)),
        duties.counts(asker),
      ]);
      return show(request, reply, "pages/tasks/tasks/template.njk", {
        pageTitle: "Tasks",
        counts,
        duties: page.items.map((duty) => dutyLine(duty, asker, ports.now())),
        next: page.next === null ? "" : paths.duties(page.next),
        start: paged ? paths.duties() : "",
      });
    },
  );
};
