import { z } from "zod";
import { ROUTES } from "../paths.ts";
import { signInLimiter } from "../http/rate-limits.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { visitOf } from "./visit-of.ts";
import { totp } from "./routes.ts";

const token = z.string().min(1).max(100).describe("What follows /enrol/ in the link");

/** Enrolment by one-time link: a person's own password, authenticator and recovery codes (ACC-2, ACC-6). */
export function enrolment(scope: Scope, { rooms, limits }: ServerOptions): void {
  const countAttempt = signInLimiter(scope, limits);

  scope.post(
    ROUTES.enrolmentOpen,
    {
      config: { access: "public" },
      schema: {
        tags: ["session"],
        summary: "Open an enrolment link",
        body: z.strictObject({ token }),
        response: {
          200: z.object({
            username: z.string(),
            name: z.string(),
            organisation: z.string(),
            totpSecret: z.string().describe("Base32, for an authenticator"),
            authenticator: z
              .string()
              .describe("The secret sealed; send it back with the code that proves it"),
            totpUri: z.string().describe("The same as an otpauth: address, for a QR code"),
            minimumPasswordLength: z.int(),
          }),
        },
      },
    },
    async (request) => {
      await countAttempt(request);
      const { person, ...rest } = await rooms.enrolments.open(request.body.token, visitOf(request));
      return {
        username: person.username,
        name: person.fullName,
        organisation: person.organisation.name,
        ...rest,
      };
    },
  );

  scope.post(
    ROUTES.enrolment,
    {
      config: { access: "public" },
      schema: {
        tags: ["session"],
        summary: "Enrol: set a password and check the authenticator",
        description: "The link works once. The recovery codes are shown once.",
        body: z.strictObject({
          token,
          password: z.string().min(1).max(1_000),
          totp,
          authenticator: z.string().min(1).max(500),
        }),
        response: { 201: z.object({ recoveryCodes: z.array(z.string()) }) },
      },
    },
    async (request, reply) => {
      await countAttempt(request);
      const codes = await rooms.enrolments.complete(request.body.token, request.body, visitOf(request));
      reply.code(201);
      return { recoveryCodes: [...codes] };
    },
  );
}
