import { paths, ROUTES } from "../../../paths.ts";
import { taskLine } from "../../../words/task.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;

/** What is to be done about accounts and organisations, the longest overdue first (ACC-1, ACC-3, ACC-4, ACC-7). */
export const tasksPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { cursor?: string } }>(
    ROUTES.tasks,
    { config: { access: "task.see" } },
    async (request, reply) => {
      const caller = callerOf(request);
      const { cursor } = request.query;
      const paged = typeof cursor === "string" && cursor !== "";
      const { tasks } = ports.rooms.people;
      const [page, counts] = await Promise.all([
        tasks.list({ limit: PAGE_SIZE, ...(paged ? { cursor } : {}) }, caller),
        tasks.counts(caller),
      ]);
      return show(request, reply, "pages/tasks/tasks/template.njk", {
        pageTitle: "Tasks",
        counts,
        tasks: page.items.map((task) => taskLine(task, caller, ports.now())),
        next: page.next === null ? "" : paths.tasks(page.next),
        start: paged ? paths.tasks() : "",
      });
    },
  );
};
