import { SESSION_COOKIE, sessionCookieOptions, whoAsks } from "../../../api/access.ts";
import { signInLimiter } from "../../../api/rate-limits.ts";
import { formWith, textOf } from "../../form.ts";
import type { PageRoutes } from "../../page.ts";
import { paths, ROUTES } from "../../paths.ts";
import { readSignIn } from "./form.ts";
import { closeSession, openSession } from "./open-session.ts";
import { localPath, signInView } from "./view.ts";

const TEMPLATE = "pages/sign-in/template.njk";
const EMPTY = { username: "", password: "", totp: "" };

/** Signing in and out. One sentence for every failure, so that nobody learns which part was wrong (ACC-6). */
export const signInPage: PageRoutes = (app, { ports, show }) => {
  const countAttempt = signInLimiter(app, ports.limits);
  app.get<{ Querystring: { next?: string } }>(
    ROUTES.signIn,
    { config: { access: "public" } },
    async (request, reply) =>
      show(request, reply, TEMPLATE, signInView(formWith(EMPTY, []), localPath(request.query.next))),
  );

  app.post(ROUTES.signIn, { config: { access: "public" } }, async (request, reply) => {
    const next = localPath(textOf(request.body, "next"));
    const { given, form } = readSignIn(request.body);
    if (form.summary.length > 0) return show(request, reply, TEMPLATE, signInView(form, next), 400);
    await countAttempt(request, given.username);
    const token = await openSession(ports, given, request);
    if (token === null) {
      const message =
        "The username, password or code is not right. A code works once; wait for the next one.";
      const failed = formWith({ ...EMPTY, username: given.username }, [{ field: "username", message }]);
      return show(request, reply, TEMPLATE, signInView(failed, next), 401);
    }
    reply.setCookie(SESSION_COOKIE, token, sessionCookieOptions(ports.https));
    return reply.redirect(next, 303);
  });

  app.post(ROUTES.signOut, { config: { access: "signed-in" } }, async (request, reply) => {
    await closeSession(ports, request);
    app.streamPlaces.endSession(whoAsks(request).session);
    reply.clearCookie(SESSION_COOKIE, sessionCookieOptions(ports.https));
    return reply.redirect(paths.signIn(), 303);
  });
};
