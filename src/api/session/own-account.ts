import { z } from "zod";
import { ROUTES } from "../paths.ts";
import { id, pageOf, time, timeText, nameSchemas } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { visitOf } from "./visit-of.ts";
import { callerOf } from "../http/access.ts";

const ownSession = z.strictObject({
  id: z.string(),
  current: z.boolean().describe("The one this request came with"),
  created: time,
  lastSeen: time,
  expires: time,
  method: z.enum(["totp", "recovery-code", "passkey", "provider"]).describe("How it was opened"),
  address: z.string(),
  device: z.string().describe("What the browser or program says it is"),
});
nameSchemas({ OwnSession: ownSession });

/** A person's own sessions, password and recovery codes (ACC-6). */
export function ownAccount(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.sessionAll,
    {
      config: { access: "signed-in" },
      schema: { tags: ["session"], summary: "My sessions", response: { 200: pageOf(ownSession) } },
    },
    async (request) => {
      const by = callerOf(request);
      const sessions = await rooms.ownAccount.sessions(by);
      const items = sessions.map(({ name, created, lastSeen, expires, ...rest }) => ({
        ...rest,
        current: name === by.session.name,
        created: timeText(created),
        lastSeen: timeText(lastSeen),
        expires: timeText(expires),
      }));
      return { items, next: null };
    },
  );

  scope.delete(
    ROUTES.sessionOne,
    {
      config: { access: "signed-in" },
      schema: {
        tags: ["session"],
        summary: "End one of my sessions",
        params: z.object({ id }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const ended = await rooms.ownAccount.endSession(callerOf(request), request.params.id, visitOf(request));
      scope.streamPlaces.endSession(ended);
      return reply.code(204).send(undefined);
    },
  );

  scope.post(
    ROUTES.sessionPassword,
    {
      config: { access: "signed-in", stepUp: true },
      schema: {
        tags: ["session"],
        summary: "Change my password",
        description: "Ends my other sessions. Three random words make a good password.",
        body: z.strictObject({ current: z.string().min(1).max(500), password: z.string().min(1).max(1_000) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const ended = await rooms.ownAccount.changePassword(
        callerOf(request),
        request.credential?.secret ?? "",
        request.body,
        visitOf(request),
      );
      for (const name of ended) scope.streamPlaces.endSession(name);
      return reply.code(204).send(undefined);
    },
  );

  scope.post(
    ROUTES.sessionRecoveryCodes,
    {
      config: { access: "signed-in", stepUp: true },
      schema: {
        tags: ["session"],
        summary: "Create new recovery codes",
        description:
          "Shown once. Each can be used once instead of an authenticator code. Earlier recovery codes stop working.",
        response: { 201: z.object({ recoveryCodes: z.array(z.string()) }) },
      },
    },
    async (request, reply) => {
      const codes = await rooms.ownAccount.newRecoveryCodes(callerOf(request), visitOf(request));
      reply.code(201);
      return { recoveryCodes: [...codes] };
    },
  );
}
