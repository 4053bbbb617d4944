import { textOf } from "../../../form.ts";
import { ROUTES } from "../../../paths.ts";
import { giveFactor } from "../../../step-up-of-form.ts";
import { localPath } from "../sign-in/view.ts";
import { stepUpView } from "./view.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const TEMPLATE = "pages/session/step-up/template.njk";
const FIELD = "code";

/** The second factor again, before a page of what matters most is shown (ACC-6). */
export const stepUpPage: PageRoutes = (app, tools) => {
  const parts = (next: unknown) => ({ action: ROUTES.stepUp, field: FIELD, next: localPath(next) });

  app.get<{ Querystring: { next?: string } }>(
    ROUTES.stepUp,
    { config: { access: "signed-in" } },
    async (request, reply) =>
      tools.show(request, reply, TEMPLATE, stepUpView({ ...parts(request.query.next), errors: [] })),
  );

  app.post(ROUTES.stepUp, { config: { access: "signed-in" } }, async (request, reply) => {
    const next = textOf(request.body, "next");
    const outcome = await giveFactor(request, tools, textOf(request.body, FIELD, 100), FIELD);
    if (outcome === "given") return reply.redirect(localPath(next), 303);
    const view = stepUpView({ ...parts(next), errors: outcome.errors });
    return tools.show(request, reply, TEMPLATE, view, outcome.status);
  });
};
