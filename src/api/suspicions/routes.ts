import { z } from "zod";
import { ROUTES } from "../paths.ts";
import type { SuspicionAct } from "../../identity/monitoring/decision.ts";
import { presentSuspicion } from "./present.ts";
import { suspicionView } from "./views.ts";
import { pageOf, paging, reason } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { callerOf } from "../http/access.ts";

const tags = ["suspicions"];
const params = z.object({ id: z.string() });

const ACTS: Readonly<Record<SuspicionAct, { url: string; summary: string }>> = {
  lift: { url: ROUTES.suspicionLift, summary: "Lift the suspension: the account is active again" },
  uphold: { url: ROUTES.suspicionUphold, summary: "Uphold the suspension" },
  note: { url: ROUTES.suspicionNote, summary: "Note what was found about a flag" },
};

/** What protective monitoring found (ACC-5, ACC-8, AUD-5). */
export function suspicions(scope: Scope, { rooms: { people } }: ServerOptions): void {
  const see = { access: "suspension.see" } as const;

  scope.get(
    ROUTES.suspicions,
    {
      config: see,
      schema: {
        tags,
        summary: "Suspicions of your organisation, newest first",
        querystring: paging.extend({
          state: z.enum(["waiting", "decided"]).optional().describe("Both when absent"),
        }),
        response: { 200: pageOf(suspicionView) },
      },
    },
    async (request) => {
      const { limit, cursor, state } = request.query;
      const waiting = state === undefined ? undefined : state === "waiting";
      const page = await people.suspicions.list({ waiting }, { limit, cursor }, callerOf(request));
      return { items: page.items.map(presentSuspicion), next: page.next };
    },
  );

  scope.get(
    ROUTES.suspicion,
    { config: see, schema: { tags, summary: "One suspicion", params, response: { 200: suspicionView } } },
    async (request) => presentSuspicion(await people.suspicions.open(request.params.id, callerOf(request))),
  );

  for (const [decision, { url, summary }] of Object.entries(ACTS) as [
    SuspicionAct,
    { url: string; summary: string },
  ][])
    scope.post(
      url,
      {
        config: { access: "suspension.lift", stepUp: true },
        schema: { tags, summary, params, body: z.strictObject({ reason }), response: { 200: suspicionView } },
      },
      async (request) =>
        presentSuspicion(
          await people.suspicions.decide(request.params.id, decision, request.body.reason, callerOf(request)),
        ),
    );
}
