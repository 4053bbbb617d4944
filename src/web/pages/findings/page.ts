import { actOf } from "../../../api/audit-first.ts";
import { textOf } from "../../form.ts";
import type { PageRoutes } from "../../page.ts";
import { ROUTES } from "../../paths.ts";
import { findingsView, shownAs } from "./view.ts";

const PAGE_SIZE = 50;

/** What audits found (AUD-3). */
export const findingsPage: PageRoutes = (app, { ports, show }) => {
  app.get(ROUTES.findings, { config: { access: "audit.search" } }, async (request, reply) => {
    const chosen = shownAs(textOf(request.query, "show", 20));
    const cursor = textOf(request.query, "cursor", 512);
    const act = actOf(request);
    const page = await ports.rooms.auditors.findings.list(
      chosen.filter,
      { limit: PAGE_SIZE, cursor: cursor === "" ? undefined : cursor },
      act,
    );
    return show(
      request,
      reply,
      "pages/findings/template.njk",
      findingsView(page, chosen.name, act.by, cursor === ""),
    );
  });
};
