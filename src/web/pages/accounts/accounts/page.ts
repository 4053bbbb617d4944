import { isEverywhere } from "../../../../policy/scope.ts";
import { ROUTES } from "../../../paths.ts";
import { accountsView, isAccountState } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const PAGE_SIZE = 50;
const text = (value: unknown): string => (typeof value === "string" ? value.trim().slice(0, 100) : "");
const orNone = (value: string): string | undefined => (value === "" ? undefined : value);

/** The accounts of the organisation, or of all of them for a national role (ACC-2). */
export const accountsPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { search?: string; state?: string; organisation?: string; cursor?: string } }>(
    ROUTES.accounts,
    { config: { access: "account.see" } },
    async (request, reply) => {
      const caller = callerOf(request);
      const national = isEverywhere(caller.roles, "account.see");
      const state = isAccountState(request.query.state) ? request.query.state : undefined;
      const query = {
        search: text(request.query.search),
        state: state ?? "",
        organisation: national ? text(request.query.organisation) : "",
      };
      const cursor = orNone(text(request.query.cursor));
      const page = await ports.rooms.people.accounts.list(
        { search: orNone(query.search), state, organisation: orNone(query.organisation) },
        { limit: PAGE_SIZE, cursor },
        caller,
      );
      const view = accountsView({ page, query, caller, national, paged: cursor !== undefined });
      return show(request, reply, "pages/accounts/accounts/template.njk", view);
    },
  );
};
