import type { FastifyReply, FastifyRequest } from "fastify";
import { visitOf } from "../../../../api/session/visit-of.ts";
import { Problem } from "../../../../errors.ts";
import { PASSWORD_ADVICE } from "../../../../identity/sign-in/password-rules.ts";
import { errorsAt, formWith, type FieldError } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { passwordOf } from "../sign-in/form.ts";
import { accountView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type PasswordField = "current" | "password";

/** A person's own account: their sessions, passkeys, recovery codes and password (ACC-6). */
export const accountPage: PageRoutes = (app, { ports, show }) => {
  const { ownAccount, passkeys } = ports.rooms;

  app.get<{ Querystring: { done?: string } }>(
    ROUTES.account,
    { config: { access: "signed-in" } },
    async (request, reply) => {
      const asker = callerOf(request);
      const view = accountView({
        asker,
        sessions: await ownAccount.sessions(asker),
        passkeys: await passkeys.ofPerson(asker),
        recoveryLeft: await ownAccount.recoveryLeft(asker),
        done: request.query.done,
      });
      return show(request, reply, "pages/session/account/template.njk", view);
    },
  );

  app.post<{ Params: { id: string } }>(
    ROUTES.accountSessionEnd,
    { config: { access: "signed-in" } },
    async (request, reply) => {
      const ended = await ownAccount.endSession(callerOf(request), request.params.id, visitOf(request));
      app.streamPlaces.endSession(ended);
      return reply.redirect(paths.account("session"), 303);
    },
  );

  app.post<{ Params: { id: string } }>(
    ROUTES.accountPasskeyRemove,
    { config: { access: "signed-in", stepUp: true } },
    async (request, reply) => {
      await passkeys.remove(callerOf(request), request.params.id, visitOf(request));
      return reply.redirect(paths.account("passkey"), 303);
    },
  );

  app.post(
    ROUTES.accountRecoveryCodes,
    { config: { access: "signed-in", stepUp: true } },
    async (request, reply) => {
      const codes = await ownAccount.newRecoveryCodes(callerOf(request), visitOf(request));
      const view = { pageTitle: "New recovery codes", enrolled: false, codes };
      return show(request, reply, "pages/session/account/codes.njk", view);
    },
  );

  const showPassword = (
    request: FastifyRequest,
    reply: FastifyReply,
    errors: readonly FieldError[],
    status = 200,
  ) => {
    const form = formWith<PasswordField>({ current: "", password: "" }, errors);
    const passwordHint = `At least ${ownAccount.minimumPasswordLength} characters. ${PASSWORD_ADVICE}`;
    const view = { pageTitle: "Change your password", hasErrors: errors.length > 0, form, passwordHint };
    return show(request, reply, "pages/session/account/password.njk", view, status);
  };

  app.get(ROUTES.accountPassword, { config: { access: "signed-in", stepUp: true } }, async (request, reply) =>
    showPassword(request, reply, []),
  );

  app.post(
    ROUTES.accountPassword,
    { config: { access: "signed-in", stepUp: true } },
    async (request, reply) => {
      const given = {
        current: passwordOf(request.body, "current"),
        password: passwordOf(request.body, "password"),
      };
      try {
        const secret = request.credential?.secret ?? "";
        const ended = await ownAccount.changePassword(callerOf(request), secret, given, visitOf(request));
        for (const name of ended) app.streamPlaces.endSession(name);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "INPUT_INVALID") throw error;
        const fields = { current: "current", password: "password" };
        return showPassword(request, reply, errorsAt(error.errors, fields, "password"), 400);
      }
      return reply.redirect(paths.account("password"), 303);
    },
  );
};
