import { z } from "zod";
import { Problem } from "../../errors.ts";
import { ACTIONS, mayDo } from "../../policy/roles.ts";
import { SESSION_COOKIE, sessionCookieOptions, callerUnder, callerOf } from "../http/access.ts";
import { giveSession } from "./open-session.ts";
import { ROUTES } from "../paths.ts";
import { signInLimiter } from "../http/rate-limits.ts";
import { time, timeText, nameSchemas, role } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { visitOf } from "./visit-of.ts";
import type { Caller } from "../../identity/caller.ts";

export const sessionView = z.object({
  person: z.object({ id: z.int(), username: z.string(), name: z.string() }),
  organisation: z.object({ id: z.int(), name: z.string() }),
  roles: z.array(role),
  may: z.array(z.string()).describe("Actions the roles allow"),
  expires: time.describe("When the session ends at the latest"),
  csrfToken: z.string().describe("Send as x-csrf-token with changes when the session is a cookie"),
});
/** A session just opened; `token` is the cookie's secret. */
export const newSessionView = sessionView.extend({ token: z.string() });

export const totp = z.string().regex(/^[0-9 ]{6,8}$/, "must be six digits");
const recoveryCode = z.string().min(16).max(40);
const secondFactor = {
  totp: totp.optional(),
  recoveryCode: recoveryCode.optional().describe("In the place of `totp`"),
};
const oneFactor = (given: { totp?: unknown; recoveryCode?: unknown }): boolean =>
  (given.totp === undefined) !== (given.recoveryCode === undefined);
const ONE_FACTOR = { error: "send either `totp` or `recoveryCode`", path: ["totp"] };

const signInBody = z
  .object({ username: z.string().min(1).max(100), password: z.string().min(1).max(500), ...secondFactor })
  .refine(oneFactor, ONE_FACTOR);
nameSchemas({ Session: sessionView, NewSession: newSessionView, SignIn: signInBody });

export const presentSession = (caller: Caller): z.infer<typeof sessionView> => ({
  person: { id: caller.person, username: caller.username, name: caller.fullName },
  organisation: { id: caller.organisation.id, name: caller.organisation.name },
  roles: [...caller.roles],
  may: ACTIONS.filter((action) => mayDo(caller.roles, action)),
  expires: timeText(caller.session.expires),
  csrfToken: caller.session.csrfToken,
});

/** Sign in, who am I, the second factor again, sign out (ACC-2, ACC-6). */
export function session(scope: Scope, options: ServerOptions): void {
  const { rooms, limits, https } = options;
  const countAttempt = signInLimiter(scope, limits);

  scope.post(
    ROUTES.session,
    {
      config: { access: "public" },
      schema: {
        tags: ["session"],
        summary: "Sign in",
        description:
          "Sets the session cookie; `token` is the same secret, for an Authorization: Bearer header. Any earlier session of this browser ends.",
        body: signInBody,
        response: { 201: newSessionView },
      },
    },
    async (request, reply) => {
      await countAttempt(request);
      const result = await rooms.signIn.signIn(request.body, visitOf(request));
      const opened = await giveSession(request, reply, result, options);
      reply.code(201);
      return { ...presentSession(callerUnder(opened.token, opened, request.id)), token: opened.token };
    },
  );

  scope.get(
    ROUTES.session,
    {
      config: { access: "signed-in" },
      schema: { tags: ["session"], summary: "Who I am and what I may do", response: { 200: sessionView } },
    },
    async (request) => presentSession(callerOf(request)),
  );

  scope.post(
    ROUTES.sessionStepUp,
    {
      config: { access: "signed-in" },
      schema: {
        tags: ["session"],
        summary: "Enter the second factor again",
        description: "Needed after an answer STEP_UP_REQUIRED: for administration, approvals and exports.",
        body: z.strictObject(secondFactor).refine(oneFactor, ONE_FACTOR),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await countAttempt(request);
      const by = callerOf(request);
      const right = await rooms.signIn.stepUp(
        request.credential?.secret ?? "",
        by,
        request.body,
        visitOf(request),
      );
      if (!right)
        throw new Problem(
          "SIGN_IN_FAILED",
          "This code is wrong or has been used already. Wait for the next one.",
        );
      return reply.code(204).send(undefined);
    },
  );

  scope.delete(
    ROUTES.session,
    {
      config: { access: "signed-in" },
      schema: { tags: ["session"], summary: "Sign out", response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      await rooms.signIn.signOut(caller, request.credential?.secret ?? "");
      scope.streamPlaces.endSession(caller.session.name);
      return reply.clearCookie(SESSION_COOKIE, sessionCookieOptions(https)).code(204).send(undefined);
    },
  );
}
