import { z } from "zod";
import { callerOf } from "../http/access.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { ROUTES } from "../paths.ts";
import { pageOf, paging, reason } from "../schemas.ts";
import { presentTask } from "./present.ts";
import { taskView } from "./views.ts";

/** What is to be done about accounts and organisations, and until when (ACC-3, ACC-4). */
export function tasks(scope: Scope, { rooms: { people } }: ServerOptions): void {
  scope.get(
    ROUTES.tasks,
    {
      config: { access: "task.see" },
      schema: {
        tags: ["tasks"],
        summary: "Open tasks, longest overdue first",
        querystring: paging,
        response: { 200: pageOf(taskView) },
      },
    },
    async (request) => {
      const page = await people.tasks.list(request.query, callerOf(request));
      return { items: page.items.map(presentTask), next: page.next };
    },
  );

  scope.post(
    ROUTES.taskDone,
    {
      config: { access: "task.see", stepUp: true },
      schema: {
        tags: ["tasks"],
        summary: "Record that permissions were reviewed, or approve a link that someone else asked for",
        params: z.object({ id: z.string() }),
        body: z.strictObject({ note: reason }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await people.tasks.done(request.params.id, request.body.note, callerOf(request));
      return reply.code(204).send(undefined);
    },
  );
}
