import { textOf } from "../../../form.ts";
import { ROUTES } from "../../../paths.ts";
import { presentAuditEntry } from "../../../../api/audit/present.ts";
import { mapPage } from "../../../../flow/page.ts";
import { historyView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;

/** What the log says of the person who looks, in plain words, each with its receipt (AUD-1, AUD-2). */
export const historyPage: PageRoutes = (app, { ports, show }) => {
  app.get(ROUTES.history, { config: { access: "signed-in" } }, async (request, reply) => {
    const cursor = textOf(request.query, "cursor", 512);
    const page = await ports.rooms.auditors.log.history(
      { limit: PAGE_SIZE, cursor: cursor === "" ? undefined : cursor },
      callerOf(request),
    );
    return show(
      request,
      reply,
      "pages/audit/history/template.njk",
      historyView(mapPage(page, presentAuditEntry), cursor === ""),
    );
  });
};
