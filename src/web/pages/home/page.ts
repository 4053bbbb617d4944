import { whoAsks } from "../../../api/access.ts";
import { tasksFor } from "../../navigation.ts";
import type { PageRoutes } from "../../page.ts";
import { ROUTES } from "../../paths.ts";

/** What the person may do here. */
export const homePage: PageRoutes = (app, { show }) => {
  app.get(ROUTES.home, { config: { access: "signed-in" } }, async (request, reply) =>
    show(request, reply, "pages/home/template.njk", { pageTitle: "Home", tasks: tasksFor(whoAsks(request)) }),
  );
};
