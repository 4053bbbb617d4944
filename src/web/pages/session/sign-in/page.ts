import { SESSION_COOKIE, sessionCookieOptions, callerOf } from "../../../../api/http/access.ts";
import { giveSession } from "../../../../api/session/open-session.ts";
import { signInLimiter } from "../../../../api/http/rate-limits.ts";
import { visitOf } from "../../../../api/session/visit-of.ts";
import { Problem } from "../../../../errors.ts";
import { formWith, textOf } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { readSignIn } from "./form.ts";
import { localPath, signInView } from "./view.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const TEMPLATE = "pages/session/sign-in/template.njk";
const EMPTY = { username: "", password: "", totp: "" };

/** What a refused sign-in says in the form; undefined for a fault that has a page of its own. */
export function sayRefusal(error: unknown): { message: string; status: number } | undefined {
  if (!(error instanceof Problem)) return undefined;
  if (error.code === "TOO_MANY_REQUESTS") return { message: error.message, status: error.status };
  if (error.code !== "SIGN_IN_FAILED") return undefined;
  const message =
    "The username, password or code is wrong. Each code works only once; wait for the next one.";
  return { message, status: error.status };
}

/** Signing in and out. One sentence for every failure, so that nobody learns which part was wrong (ACC-6). */
export const signInPage: PageRoutes = (app, { ports, show }) => {
  const countAttempt = signInLimiter(app, ports.limits);
  const viewOf = async (form: Parameters<typeof signInView>[0], next: string) =>
    signInView(form, next, (await ports.rooms.providers.enabled()).length > 0);

  app.get<{ Querystring: { next?: string } }>(
    ROUTES.signIn,
    { config: { access: "public" } },
    async (request, reply) =>
      show(request, reply, TEMPLATE, await viewOf(formWith(EMPTY, []), localPath(request.query.next))),
  );

  app.post(ROUTES.signIn, { config: { access: "public" } }, async (request, reply) => {
    const next = localPath(textOf(request.body, "next"));
    const { given, form } = readSignIn(request.body);
    if (form.summary.length > 0) return show(request, reply, TEMPLATE, await viewOf(form, next), 400);
    try {
      await countAttempt(request);
      const result = await ports.rooms.signIn.signIn(given, visitOf(request));
      await giveSession(request, reply, result, ports);
    } catch (error) {
      const refusal = sayRefusal(error);
      if (refusal === undefined) throw error;
      const values = { ...EMPTY, username: given.username };
      const failed = formWith(values, [{ field: "username", message: refusal.message }]);
      return show(request, reply, TEMPLATE, await viewOf(failed, next), refusal.status);
    }
    return reply.redirect(next, 303);
  });

  app.post(ROUTES.signOut, { config: { access: "signed-in" } }, async (request, reply) => {
    const caller = callerOf(request);
    await ports.rooms.signIn.signOut(caller, request.credential?.secret ?? "");
    app.streamPlaces.endSession(caller.session.name);
    reply.clearCookie(SESSION_COOKIE, sessionCookieOptions(ports.https));
    return reply.redirect(paths.signIn(), 303);
  });
};
