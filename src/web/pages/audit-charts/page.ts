import { actOf } from "../../../api/audit-first.ts";
import { textOf } from "../../form.ts";
import type { PageRoutes } from "../../page.ts";
import { ROUTES } from "../../paths.ts";
import { chartsPageView, daysOf } from "./view.ts";

const DAY_MS = 86_400_000;

/** Patterns of use over the last days (AUD-5). */
export const auditChartsPage: PageRoutes = (app, { ports, show }) => {
  app.get(ROUTES.auditCharts, { config: { access: "audit.charts" } }, async (request, reply) => {
    const days = daysOf(textOf(request.query, "days", 4));
    const chosen = textOf(request.query, "organisation", 10);
    const organisation = /^[1-9]\d{0,8}$/.test(chosen) ? Number(chosen) : undefined;
    const to = ports.now();
    const act = actOf(request);
    const charts = await ports.rooms.auditors.log.charts({ from: to - days * DAY_MS, to, organisation }, act);
    const organisations = await ports.rooms.auditors.log.organisations(act.by);
    const view = chartsPageView(charts, { days, organisations, asker: act.by });
    return show(request, reply, "pages/audit-charts/template.njk", view);
  });
};
