import { isNight, THEME_COOKIE } from "../../../night.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { BOARD_LIMIT, boardView } from "./view.ts";
import { presentHit } from "../../../../api/hits/present.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const YEAR_SECONDS = 31_536_000;
/** What happened just before, told once to people without JavaScript; a closed table, never text from the address. */
const NOTICES: Readonly<Record<string, string>> = {
  acknowledged: "The hit has been acknowledged.",
  taken: "Someone else had already acknowledged that hit.",
};

/** The control room's board (issue section 4). */
export const boardPage: PageRoutes = (app, { ports, show }) => {
  app.get<{ Querystring: { theme?: string; notice?: string } }>(
    ROUTES.board,
    { config: { access: "hit.see" } },
    async (request, reply) => {
      const { theme } = request.query;
      if (theme === "night" || theme === "day") {
        reply.setCookie(THEME_COOKIE, theme, {
          path: "/",
          sameSite: "lax",
          maxAge: YEAR_SECONDS,
          secure: ports.https,
        });
        return reply.redirect(paths.board(), 303);
      }
      const caller = callerOf(request);
      const open = await ports.rooms.hits.open(BOARD_LIMIT, caller);
      const view = boardView(caller, open, {
        theme: isNight(request.cookies) ? "night" : "day",
        now: ports.now(),
        notice: NOTICES[String(request.query.notice)] ?? "",
      });
      return show(request, reply, "pages/hits/board/template.njk", view);
    },
  );

  // What the board compares itself with, now and then and after a reconnection: hits that others acknowledged disappear.
  app.get(ROUTES.boardIds, { config: { access: "hit.see" } }, async (request, reply) => {
    const open = await ports.rooms.hits.openIds(BOARD_LIMIT, callerOf(request));
    return reply.header("cache-control", "no-store").send(open);
  });

  // What the board fetches where the comparison shows that it lacks a hit: that is a look.
  app.get(ROUTES.boardHits, { config: { access: "hit.see" } }, async (request, reply) => {
    const { hits, more } = await ports.rooms.hits.open(BOARD_LIMIT, callerOf(request));
    return reply.header("cache-control", "no-store").send({ hits: hits.map(presentHit), more });
  });
};
