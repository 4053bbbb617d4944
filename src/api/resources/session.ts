import { z } from "zod";
import { Problem } from "../../errors.ts";
import { ACTIONS, ROLES, mayDo } from "../../policy/roles.ts";
import { SESSION_COOKIE, sessionCookieOptions, signedInOf, whoAsks } from "../access.ts";
import { ROUTES } from "../paths.ts";
import type { SignedIn } from "../ports.ts";
import { signInLimiter } from "../rate-limits.ts";
import { time, timeText } from "../schemas.ts";
import type { Scope, ServerOptions } from "../server-options.ts";

const sessionView = z.object({
  person: z.object({ id: z.int(), username: z.string(), name: z.string() }),
  organisation: z.object({ id: z.int(), name: z.string() }),
  roles: z.array(z.enum(ROLES)),
  may: z.array(z.string()).describe("Actions the roles allow"),
  expires: time.describe("When the session ends at the latest"),
  csrfToken: z.string().describe("Send as x-csrf-token with changes when the session is a cookie"),
});

const signInBody = z.object({
  username: z.string().min(1).max(100),
  password: z.string().min(1).max(500),
  totp: z.string().regex(/^[0-9 ]{6,8}$/, "is six digits"),
});

const present = (signedIn: SignedIn): z.infer<typeof sessionView> => ({
  person: { id: signedIn.person, username: signedIn.username, name: signedIn.fullName },
  organisation: { id: signedIn.organisation.id, name: signedIn.organisation.name },
  roles: [...signedIn.roles],
  may: ACTIONS.filter((action) => mayDo(signedIn.roles, action)),
  expires: timeText(signedIn.expires),
  csrfToken: signedIn.csrfToken,
});

/** Sign in, who am I, sign out (ACC-2, ACC-6). */
export function session(scope: Scope, { rooms, events, limits, https }: ServerOptions): void {
  const countAttempt = signInLimiter(scope, limits);
  const cookie = sessionCookieOptions(https);

  scope.post(
    ROUTES.session,
    {
      config: { access: "public" },
      schema: {
        tags: ["session"],
        summary: "Sign in",
        description:
          "Sets the session cookie; `token` is the same secret, for an Authorization: Bearer header.",
        body: signInBody,
        response: { 201: sessionView.extend({ token: z.string() }) },
      },
    },
    async (request, reply) => {
      const { username } = request.body;
      await countAttempt(request, username);
      const result = await rooms.signIn.signIn(request.body);
      if (result.outcome === "refused") {
        await rooms.audit.append({
          actor: username.trim().toLowerCase(),
          organisation: null,
          action: "session.refuse",
          outcome: "refused",
          subject: { why: result.why, address: request.ip },
          requestId: request.id,
        });
        events.signInRefused({ address: request.ip, code: result.why });
        throw new Problem(
          "SIGN_IN_FAILED",
          "Check the username, password and code; after too many failures the account is locked for a while.",
        );
      }
      const { person, token } = result;
      await rooms.audit.append({
        actor: person.username,
        organisation: person.organisation.id,
        action: "session.open",
        outcome: "done",
        subject: { person: person.id, roles: person.roles, address: request.ip },
        requestId: request.id,
      });
      events.signedIn({ person: person.id, roles: person.roles });
      reply.setCookie(SESSION_COOKIE, token, cookie).code(201);
      return { ...present(signedInOf(token, result)), token };
    },
  );

  scope.get(
    ROUTES.session,
    {
      config: { access: "signed-in" },
      schema: { tags: ["session"], summary: "Who I am and what I may do", response: { 200: sessionView } },
    },
    async (request) => present(whoAsks(request)),
  );

  scope.delete(
    ROUTES.session,
    {
      config: { access: "signed-in" },
      schema: { tags: ["session"], summary: "Sign out", response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const person = whoAsks(request);
      await rooms.audit.append({
        actor: person.username,
        organisation: person.organisation.id,
        action: "session.close",
        outcome: "done",
        subject: { person: person.person },
        requestId: request.id,
      });
      await rooms.signIn.signOut(request.credential?.secret ?? "");
      scope.streamPlaces.endSession(person.session);
      return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send(undefined);
    },
  );
}
