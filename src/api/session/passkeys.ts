import { z } from "zod";
import type { StoredPasskey } from "../../identity/sign-in/passkey-store.ts";
import { callerUnder, callerOf } from "../http/access.ts";
import { giveSession } from "./open-session.ts";
import { ROUTES } from "../paths.ts";
import { signInLimiter } from "../http/rate-limits.ts";
import { pageOf, time, timeText, nameSchemas } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { siteOf, visitOf } from "./visit-of.ts";
import { newSessionView, presentSession } from "./routes.ts";

const text = z.string().max(20_000);
/** What a browser says of a passkey, as WebAuthn's own JSON form has it; what it proves is for identity to find out. */
const browserAnswer = z
  .looseObject({
    id: z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/, "is not a passkey"),
    rawId: z.string().max(1_400),
    type: z.literal("public-key"),
    response: z.record(
      z.string().max(100),
      z.union([text, z.number(), z.array(z.string().max(100)).max(20)]),
    ),
  })
  .describe("PublicKeyCredential.toJSON()");
const passkeyName = z
  .string()
  .trim()
  .regex(/^\P{C}{1,60}$/u, "must be 1 to 60 visible characters");
const challenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "is not a challenge");
const question = z.object({
  challenge: challenge.describe("Send it back with the answer; it works once, for five minutes"),
  options: z
    .record(z.string(), z.unknown())
    .describe("For the browser's passkey functions, in WebAuthn's JSON form"),
});

const passkeyView = z.strictObject({
  id: z.string(),
  name: z.string(),
  created: time,
  lastUsed: time.nullable(),
});
nameSchemas({ PasskeyChallenge: question, Passkey: passkeyView });

const present = ({ id, name, created, lastUsed }: StoredPasskey): z.infer<typeof passkeyView> => ({
  id,
  name,
  created: timeText(created),
  lastUsed: lastUsed === null ? null : timeText(lastUsed),
});

/** Passkeys: signing in with one, and a person's own (ACC-6). */
export function passkeys(scope: Scope, options: ServerOptions): void {
  const { rooms, limits, publicUrl } = options;
  const countAttempt = signInLimiter(scope, limits);

  scope.post(
    ROUTES.passkeySignInQuestion,
    {
      config: { access: "public" },
      schema: {
        tags: ["session"],
        summary: "Start signing in with a passkey",
        response: { 200: question },
      },
    },
    async (request) => {
      await countAttempt(request);
      return asQuestion(await rooms.passkeys.askToSignIn(siteOf(request, publicUrl)));
    },
  );

  scope.post(
    ROUTES.passkeySignIn,
    {
      config: { access: "public" },
      schema: {
        tags: ["session"],
        summary: "Sign in with a passkey",
        description: "A passkey that verifies its holder counts as both factors.",
        body: z.strictObject({ challenge, response: browserAnswer }),
        response: { 201: newSessionView },
      },
    },
    async (request, reply) => {
      await countAttempt(request);
      const result = await rooms.passkeys.signIn(request.body, visitOf(request));
      const opened = await giveSession(request, reply, result, options);
      reply.code(201);
      return { ...presentSession(callerUnder(opened.token, opened, request.id)), token: opened.token };
    },
  );

  scope.get(
    ROUTES.passkeys,
    {
      config: { access: "signed-in" },
      schema: { tags: ["session"], summary: "My passkeys", response: { 200: pageOf(passkeyView) } },
    },
    async (request) => ({
      items: (await rooms.passkeys.ofPerson(callerOf(request))).map(present),
      next: null,
    }),
  );

  scope.post(
    ROUTES.passkeyQuestion,
    {
      config: { access: "signed-in", stepUp: true },
      schema: { tags: ["session"], summary: "Start adding a passkey", response: { 200: question } },
    },
    async (request) =>
      asQuestion(await rooms.passkeys.askToAdd(callerOf(request), siteOf(request, publicUrl))),
  );

  scope.post(
    ROUTES.passkeys,
    {
      config: { access: "signed-in", stepUp: true },
      schema: {
        tags: ["session"],
        summary: "Add a passkey",
        body: z.strictObject({ challenge, name: passkeyName, response: browserAnswer }),
        response: { 201: passkeyView },
      },
    },
    async (request, reply) => {
      const added = await rooms.passkeys.add(callerOf(request), request.body, visitOf(request));
      reply.code(201);
      return present(added);
    },
  );

  scope.delete(
    ROUTES.passkey,
    {
      config: { access: "signed-in", stepUp: true },
      schema: {
        tags: ["session"],
        summary: "Remove one of my passkeys",
        params: z.object({ id: z.string().min(1).max(512) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await rooms.passkeys.remove(callerOf(request), request.params.id, visitOf(request));
      return reply.code(204).send(undefined);
    },
  );
}

const asQuestion = ({ challenge: name, options }: { challenge: string; options: object }) => ({
  challenge: name,
  options: { ...options } as Record<string, unknown>,
});
