import type { FastifyReply, FastifyRequest } from "fastify";
import { signInLimiter } from "../../../../api/http/rate-limits.ts";
import { visitOf } from "../../../../api/session/visit-of.ts";
import { Problem } from "../../../../errors.ts";
import { errorsAt, formWith, valuesOf } from "../../../form.ts";
import { ROUTES } from "../../../paths.ts";
import { passwordOf } from "../sign-in/form.ts";
import { enrolView, type EnrolField } from "./view.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { token: string } }>;
const EMPTY = { password: "", totp: "" };

/** Enrolment by one-time link: nobody but its owner ever knows a password or a second factor (ACC-2, ACC-6). */
export const enrolPage: PageRoutes = (app, { ports, show }) => {
  const countAttempt = signInLimiter(app, ports.limits);
  const { enrolments } = ports.rooms;

  /** The same page for a wrong, used and expired link. */
  async function orGone(request: Ask, reply: FastifyReply, work: () => Promise<FastifyReply>) {
    try {
      await countAttempt(request);
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "ENROLMENT_INVALID") throw error;
      return show(request, reply, "pages/session/enrol/gone.njk", { pageTitle: error.title }, error.status);
    }
  }

  app.get<{ Params: { token: string } }>(
    ROUTES.enrol,
    { config: { access: "public" } },
    async (request, reply) =>
      orGone(request, reply, async () => {
        const view = enrolView(
          await enrolments.open(request.params.token, visitOf(request)),
          formWith(EMPTY, []),
        );
        return show(request, reply, "pages/session/enrol/template.njk", view);
      }),
  );

  app.post<{ Params: { token: string } }>(
    ROUTES.enrol,
    { config: { access: "public" } },
    async (request, reply) =>
      orGone(request, reply, async () => {
        const given = {
          password: passwordOf(request.body, "password"),
          ...valuesOf(request.body, ["totp", "authenticator"]),
        };
        try {
          const codes = await enrolments.complete(request.params.token, given, visitOf(request));
          const view = { pageTitle: "Your account is set up", enrolled: true, codes };
          return show(request, reply, "pages/session/account/codes.njk", view);
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== "INPUT_INVALID") throw error;
          const fields = { password: "password", totp: "totp" };
          const form = formWith<EnrolField>(EMPTY, errorsAt(error.errors, fields, "password"));
          const view = enrolView(
            await enrolments.open(request.params.token, visitOf(request), given.authenticator),
            form,
          );
          return show(request, reply, "pages/session/enrol/template.njk", view, 400);
        }
      }),
  );
};
