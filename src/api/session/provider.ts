import { z } from "zod";
import { isPlainText } from "../../identity/sign-in/plain-input.ts";
import { noProvider } from "../../identity/sign-in/providers.ts";
import { ROUTES } from "../paths.ts";
import { line, nameSchemas } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { callerOf } from "../http/access.ts";

const tags = ["organisations"];
const params = z.object({ code: line.min(1).max(200) });
const settings = z.strictObject({
  issuer: z.url().max(500).refine(isPlainText).describe("As the provider states it; https"),
  clientId: line.min(1).max(200),
  usernameClaim: z
    .enum(["preferred_username", "email"])
    .describe("Which claim names the account; of an e-mail address the part before the @"),
  emailDomain: z
    .string()
    .max(253)
    .nullable()
    .default(null)
    .describe("What follows the @, where the claim is `email`"),
  trustsSecondFactor: z.boolean().default(false).describe("Its second factor stands for ours"),
  enabled: z.boolean(),
});
nameSchemas({ SignInProvider: settings });

/** Sign-in with an organisation's own OpenID Connect provider: its settings (ACC-6). */
export function provider(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.organisationProvider,
    {
      config: { access: "organisation.policy" },
      schema: {
        tags,
        summary: "An organisation's own sign-in",
        description: "Without its secret.",
        params,
        response: { 200: settings.extend({ organisation: z.string() }) },
      },
    },
    async (request) => {
      const found = await rooms.providers.settings(request.params.code, callerOf(request));
      if (found === undefined) throw noProvider();
      const { organisation, ...rest } = found;
      return { ...rest, organisation: organisation.code };
    },
  );

  scope.put(
    ROUTES.organisationProvider,
    {
      config: { access: "organisation.policy", stepUp: true },
      schema: {
        tags,
        summary: "Set an organisation's own sign-in",
        description:
          "Register the callback /sign-in/provider/callback with the provider. It vouches only for accounts that exist, of this organisation, and never for administrators or national roles. Our own second factor is asked at the first sign-in, and always unless a national administrator trusts the provider's. An administrator of the organisation may change `enabled` and `clientSecret` only.",
        params,
        body: settings.extend({
          clientSecret: z.string().min(1).max(1_000).optional().describe("Absent: as it was"),
        }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await rooms.providers.configure(request.params.code, request.body, callerOf(request));
      return reply.code(204).send(undefined);
    },
  );
}
