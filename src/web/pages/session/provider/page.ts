import type { FastifyReply, FastifyRequest } from "fastify";
import { giveSession } from "../../../../api/session/open-session.ts";
import { signInLimiter } from "../../../../api/http/rate-limits.ts";
import { originOf, visitOf } from "../../../../api/session/visit-of.ts";
import { Problem } from "../../../../errors.ts";
import type { ProviderResult } from "../../../../identity/sign-in/providers.ts";
import { formWith, textOf, type FieldError } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { CODE_MISSING, secondFactorOf } from "../sign-in/form.ts";
import { sayRefusal } from "../sign-in/page.ts";
import type { PageRoutes } from "../../../page-tools.ts";

/** Names the question that this browser, and no other, was sent away with. */
const COOKIE = "waywarden_provider";

/** Sign-in with an organisation's own provider, and our second factor where the provider did not ask for one (ACC-6). */
export const providerPage: PageRoutes = (app, { ports, show }) => {
  const countAttempt = signInLimiter(app, ports.limits);
  // Lax: the way back from the provider begins at another site, where a strict cookie is not sent.
  const cookie = { httpOnly: true, sameSite: "lax", path: "/sign-in", secure: ports.https } as const;

  const showCode = (
    request: FastifyRequest,
    reply: FastifyReply,
    errors: readonly FieldError[],
    status = 200,
  ) => {
    const form = formWith({ code: "" }, errors);
    const view = { pageTitle: "Enter your code", hasErrors: errors.length > 0, form };
    return show(request, reply, "pages/session/provider/code.njk", view, status);
  };

  /** A page of our own comes before the first page behind the session: to it the browser sends the strict cookie. */
  async function arrive(request: FastifyRequest, reply: FastifyReply, result: ProviderResult) {
    if (result.outcome === "needs-code") {
      reply.setCookie(COOKIE, result.challenge, cookie);
      return reply.redirect(paths.providerCode(), 303);
    }
    reply.clearCookie(COOKIE, cookie);
    await giveSession(request, reply, result, ports);
    return show(request, reply, "pages/session/provider/arrived.njk", { pageTitle: "You are signed in" });
  }

  app.get(ROUTES.provider, { config: { access: "public" } }, async (request, reply) => {
    const organisations = await ports.rooms.providers.enabled();
    const view = { pageTitle: "Sign in with your organisation", organisations };
    return show(request, reply, "pages/session/provider/template.njk", view);
  });

  app.get<{ Params: { code: string } }>(
    ROUTES.providerOf,
    { config: { access: "public" } },
    async (request, reply) => {
      await countAttempt(request);
      const callback = originOf(request, ports.publicUrl) + ROUTES.providerCallback;
      const { location, challenge } = await ports.rooms.providers.begin(request.params.code, callback);
      reply.setCookie(COOKIE, challenge, cookie);
      return reply.redirect(location, 303);
    },
  );

  app.get(ROUTES.providerCallback, { config: { access: "public" } }, async (request, reply) => {
    await countAttempt(request);
    const url = new URL(request.url, originOf(request, ports.publicUrl));
    const challenge = request.cookies[COOKIE] ?? "";
    return arrive(request, reply, await ports.rooms.providers.finish(challenge, url, visitOf(request)));
  });

  app.get(ROUTES.providerCode, { config: { access: "public" } }, async (request, reply) =>
    showCode(request, reply, []),
  );

  app.post(ROUTES.providerCode, { config: { access: "public" } }, async (request, reply) => {
    const factor = secondFactorOf(textOf(request.body, "code", 100));
    if (factor === undefined)
      return showCode(request, reply, [{ field: "code", message: CODE_MISSING }], 400);
    try {
      await countAttempt(request);
      const challenge = request.cookies[COOKIE] ?? "";
      const result = await ports.rooms.providers.giveCode(challenge, factor, visitOf(request));
      if (result.outcome !== "needs-code") return await arrive(request, reply, result);
      reply.setCookie(COOKIE, result.challenge, cookie);
      throw new Problem("SIGN_IN_FAILED", "The code is wrong.");
    } catch (error) {
      const refusal = sayRefusal(error);
      if (refusal === undefined) throw error;
      const message =
        refusal.status === 429
          ? refusal.message
          : "The code is wrong or took too long. Wait for the next one, or start again";
      return showCode(request, reply, [{ field: "code", message }], refusal.status);
    }
  });
};
