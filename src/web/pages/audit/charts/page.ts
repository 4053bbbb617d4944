import { textOf } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { askForReason, reasonGiven } from "../audit/reason.ts";
import { chartsPageView, daysOf } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const DAY_MS = 86_400_000;

/** Patterns of use over the last days (AUD-5). */
export const auditChartsPage: PageRoutes = (app, { ports, show }) => {
  app.get(ROUTES.auditCharts, { config: { access: "audit.charts" } }, async (request, reply) => {
    const days = daysOf(textOf(request.query, "days", 4));
    const chosen = textOf(request.query, "organisation", 10);
    const organisation = /^[1-9]\d{0,8}$/.test(chosen) ? Number(chosen) : undefined;
    const to = ports.now();
    const caller = callerOf(request);
    const given = reasonGiven(request.query, caller);
    if (given.missing)
      return askForReason(show, request, reply, given, {
        what: "patterns of use",
        action: paths.auditCharts(),
        kept: { days: String(days), organisation: chosen },
        tab: "charts",
      });
    const { reason } = given;
    const period = { from: to - days * DAY_MS, to, organisation };
    const charts = await ports.rooms.auditors.log.charts(period, reason, caller);
    const organisations = await ports.rooms.auditors.log.organisations(caller);
    const view = chartsPageView(charts, { days, organisations, reason, asker: caller });
    return show(request, reply, "pages/audit/charts/template.njk", view);
  });
};
