import { tasksFor } from "../../navigation.ts";
import { ROUTES } from "../../paths.ts";
import { waitingFor } from "./waiting.ts";
import { callerOf } from "../../../api/http/access.ts";
import type { PageRoutes } from "../../page-tools.ts";

/** What the person may do here, and what waits for them. */
export const homePage: PageRoutes = (app, { ports, show }) => {
  app.get(ROUTES.home, { config: { access: "signed-in" } }, async (request, reply) => {
    const person = callerOf(request);
    const tasks = tasksFor(person);
    const waiting = await waitingFor(person, ports.rooms.people);
    return show(request, reply, "pages/home/template.njk", {
      pageTitle: "Home",
      open: tasks.filter(({ whyNot }) => whyNot === ""),
      closed: tasks.filter(({ whyNot }) => whyNot !== ""),
      waiting,
    });
  });
};
