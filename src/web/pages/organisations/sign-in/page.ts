import type { FastifyReply, FastifyRequest } from "fastify";
import { originOf } from "../../../../api/session/visit-of.ts";
import { Problem } from "../../../../errors.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { errorsAt, formWith, valuesOf, type FieldError } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { PROVIDER_FIELDS, providerView, valuesOfProvider, type ProviderField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Asked = FastifyRequest<{ Params: { code: string }; Querystring: { done?: string } }>;
const TEMPLATE = "pages/organisations/sign-in/template.njk";

/** An organisation's own OpenID Connect provider, set by a national administrator, switched on and off by its own (ACC-6). */
export const organisationSignInPage: PageRoutes = (app, { ports, show }) => {
  const { providers } = ports.rooms;

  async function showIt(
    request: Asked,
    reply: FastifyReply,
    after: { values?: Record<ProviderField, string>; errors?: readonly FieldError[]; status?: number } = {},
  ): Promise<FastifyReply> {
    const provider = await providers.settings(request.params.code, callerOf(request));
    const { values = valuesOfProvider(provider), errors = [], status = 200 } = after;
    const view = providerView({
      code: request.params.code,
      isSet: provider !== undefined,
      mayManage: mayDo(callerOf(request).roles, "organisation.manage"),
      form: formWith({ ...values, clientSecret: "" }, errors),
      callback: originOf(request, ports.publicUrl) + ROUTES.providerCallback,
      done: request.query.done,
    });
    return show(request, reply, TEMPLATE, view, status);
  }

  /** What an administrator of the organisation leaves as it is. */
  const asSet = async (request: Asked): Promise<Record<ProviderField, string>> =>
    valuesOfProvider(await providers.settings(request.params.code, callerOf(request)));

  app.get(
    ROUTES.organisationSignIn,
    { config: { access: "organisation.policy" } },
    async (request: Asked, reply) => showIt(request, reply),
  );

  app.post(
    ROUTES.organisationSignIn,
    { config: { access: "organisation.policy", stepUp: true } },
    async (request: Asked, reply) => {
      const typed = valuesOf(request.body, PROVIDER_FIELDS);
      const values = mayDo(callerOf(request).roles, "organisation.manage")
        ? typed
        : { ...(await asSet(request)), clientSecret: typed.clientSecret, enabled: typed.enabled };
      const { issuer, clientId, clientSecret, usernameClaim, emailDomain, trustsSecondFactor, enabled } =
        values;
      const errors: FieldError[] = [];
      if (issuer === "") errors.push({ field: "issuer", message: "Enter the provider’s issuer" });
      if (clientId === "")
        errors.push({ field: "clientId", message: "Enter our client ID with the provider" });
      if (errors.length > 0) return showIt(request, reply, { values, errors, status: 400 });
      const settings = {
        issuer: issuer.slice(0, 500),
        clientId: clientId.slice(0, 200),
        clientSecret: clientSecret === "" ? undefined : clientSecret.slice(0, 1_000),
        usernameClaim: usernameClaim === "email" ? "email" : "preferred_username",
        emailDomain: emailDomain === "" ? null : emailDomain.toLowerCase().slice(0, 300),
        trustsSecondFactor: trustsSecondFactor === "yes",
        enabled: enabled !== "no",
      } as const;
      try {
        await providers.configure(request.params.code, settings, callerOf(request));
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "INPUT_INVALID") throw error;
        const fields = { issuer: "issuer", emailDomain: "emailDomain", clientSecret: "clientSecret" };
        return showIt(request, reply, {
          values,
          errors: errorsAt(error.errors, fields, "issuer"),
          status: 400,
        });
      }
      return reply.redirect(paths.organisationSignIn(request.params.code, "set"), 303);
    },
  );
};
