import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Problem } from "../errors.ts";
import { mayDo, rolesThatMay } from "../policy/roles.ts";
import { paths } from "./paths.ts";
import { recordForgery } from "../api/http/same-origin.ts";
import { stepUpOfForm } from "./step-up-of-form.ts";
import { recordRefusal } from "../api/http/access.ts";
import { sayOwnRoles, sayRoles } from "./words/roles.ts";
import type { PageTools } from "./page-tools.ts";

function sameToken(sent: unknown, held: string): boolean {
  if (typeof sent !== "string") return false;
  const [a, b] = [Buffer.from(sent), Buffer.from(held)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Holds every page to its `config.access`, and every posted form to the session's `_csrf`. */
export function guardPages(app: FastifyInstance, tools: PageTools): void {
  const { audited, signIn } = tools.ports.rooms;
  app.addHook("preHandler", async (request, reply) => {
    const access = request.routeOptions.config.access;
    if (access === "public") return;
    if (request.caller === null) {
      const next = request.method === "GET" ? request.url : undefined;
      return reply.redirect(paths.signIn(next === paths.home() ? undefined : next), 303);
    }
    const { roles, session } = request.caller;
    if (access !== undefined && access !== "signed-in" && !mayDo(roles, access)) {
      await recordRefusal(audited, request.caller, access);
      throw new Problem("NOT_AUTHORISED", `${sayOwnRoles(roles)} not include this.`, {
        extra: {
          rules: [`role-may-${access.replace(".", "-")}`],
          needed: [`It is for ${sayRoles(rolesThatMay(access))}.`],
        },
      });
    }
    const stepsUp = request.routeOptions.config.stepUp === true && signIn.needsStepUp(request.caller.session);
    if (request.method === "GET" || request.method === "HEAD")
      return stepsUp ? reply.redirect(paths.stepUp(request.url), 303) : undefined;
    const body = request.body as Record<string, unknown> | null | undefined;
    if (!sameToken(body?.["_csrf"], session.csrfToken)) {
      await recordForgery(audited, request);
      throw new Problem("CSRF_INVALID", "Go back, reload the page and send the form again.");
    }
    if (stepsUp) return stepUpOfForm(request, reply, tools);
  });
}
