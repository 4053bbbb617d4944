import { textOf } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { askForReason, reasonGiven } from "../audit/reason.ts";
import { findingsView, shownAs } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;

/** What audits found (AUD-3). */
export const findingsPage: PageRoutes = (app, { ports, show }) => {
  app.get(ROUTES.findings, { config: { access: "audit.search" } }, async (request, reply) => {
    const chosen = shownAs(textOf(request.query, "show", 20));
    const cursor = textOf(request.query, "cursor", 512);
    const caller = callerOf(request);
    const given = reasonGiven(request.query, caller);
    if (given.missing)
      return askForReason(show, request, reply, given, {
        what: "findings",
        action: paths.findings(),
        kept: { show: chosen.name, cursor },
        tab: "findings",
      });
    const { reason } = given;
    const page = await ports.rooms.auditors.findings.list(
      { ...chosen.filter, reason },
      { limit: PAGE_SIZE, cursor: cursor === "" ? undefined : cursor },
      caller,
    );
    return show(
      request,
      reply,
      "pages/audit/findings/template.njk",
      findingsView(page, { chosen: chosen.name, asker: caller, first: cursor === "", reason }),
    );
  });
};
