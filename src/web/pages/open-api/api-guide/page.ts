import { Problem } from "../../../../errors.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { apiGuideView } from "./view.ts";
import type { PageRoutes } from "../../../page-tools.ts";

/** The API's own description, to read: made from the document that the API serves. Public, as the document is. */
export const apiGuidePage: PageRoutes = (app, { show }) => {
  let view: ReturnType<typeof apiGuideView> | null = null;
  app.get(ROUTES.apiGuide, { config: { access: "public" } }, async (request, reply) => {
    if (view === null) {
      const document = await app.inject({ url: paths.openApi(), remoteAddress: request.ip });
      if (document.statusCode !== 200)
        throw new Problem("NOT_READY", "The API description is not available yet. Try again in a minute.");
      view = apiGuideView(document.json<Record<string, unknown>>());
    }
    return show(request, reply, "pages/open-api/api-guide/template.njk", view);
  });
};
