import { sessionActs } from "../../audit/acts/session.ts";
import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import type { z } from "zod";
import { Problem } from "../../errors.ts";
import type { Events } from "../../observe/events.ts";
import { mayDo, rolesThatMay, type Action } from "../../policy/roles.ts";
import type { Session } from "../../identity/person.ts";
import { callerFrom, type Caller } from "../../identity/caller.ts";
import { sessionName, tokenHash } from "../../identity/sign-in/sessions.ts";
import type { Rooms } from "../rooms.ts";

/** Who a route is for: anyone, anyone signed in, or those whose role may take an action. */
export type Access = "public" | "signed-in" | Action;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route under /v1 says who it is for; one that does not cannot be registered. */
    access?: Access;
    /** What matters most: the second factor must have been given within the last minutes (`session.stepUpMinutes`). */
    stepUp?: boolean;
    /** The route takes `text/csv`, as a stream, besides JSON of this shape, which its handler parses. */
    csvOrJson?: z.ZodType;
  }
  interface FastifyRequest {
    /** Null for anyone who is not signed in. */
    caller: Caller | null;
    /** The secret that the session came with, and how it came. */
    credential: { readonly secret: string; readonly by: "bearer" | "cookie" } | null;
  }
}

export const SESSION_COOKIE = "waywarden_session";
/** How the session cookie is set, here and by the pages. `secure` when people reach the service over HTTPS. */
export const sessionCookieOptions = (secure: boolean) =>
  ({ httpOnly: true, sameSite: "strict", path: "/", secure }) as const;

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{16,512})$/i;

function credentialOf(request: FastifyRequest): FastifyRequest["credential"] {
  const bearer = BEARER.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return { secret: bearer, by: "bearer" };
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie === undefined || cookie === "" || cookie.length > 512
    ? null
    : { secret: cookie, by: "cookie" };
}

/** Who acts, as a request knows them: their session is named by the first half of its secret's hash. */
export const callerUnder = (
  secret: string,
  { person, csrfToken, expires, steppedUp }: Omit<Session, "created" | "lastSeen">,
  requestId: string,
): Caller =>
  callerFrom(person, { name: sessionName(tokenHash(secret)), csrfToken, expires, steppedUp }, requestId);

/** Finds out who asks, for pages and API alike; public routes are spared the lookup. */
export function identifyPeople(app: FastifyInstance, { signIn }: Pick<Rooms, "signIn">): void {
  app.decorateRequest("caller", null);
  app.decorateRequest("credential", null);
  app.addHook("onRequest", async (request) => {
    request.credential = credentialOf(request);
    if (request.credential === null || request.routeOptions.config.access === "public") return;
    const session = await signIn.sessionOf(request.credential.secret);
    if (session !== undefined) request.caller = callerUnder(request.credential.secret, session, request.id);
  });
}

/** Holds whoever is signed in to the networks of their organisation (ACC-6). Register after requests are counted. */
export function keepToNetworks(app: FastifyInstance, { networks }: Pick<Rooms, "networks">): void {
  app.addHook("onRequest", async (request) => {
    const { caller, ip } = request;
    if (caller === null || (await networks.allows(caller.organisation.id, ip))) return;
    request.caller = null;
    await networks.logRefusal(caller, ip);
    throw refusedNetwork();
  });
}

/** What somebody is told who comes from elsewhere than their organisation's networks. */
export const refusedNetwork = (): Problem =>
  new Problem(
    "NETWORK_REFUSED",
    "Come from a network that your organisation allows; its administrator knows which.",
  );

/** Asks for the second factor again before what matters most, where a route says so. @throws Problem STEP_UP_REQUIRED */
export function requireStepUp(request: FastifyRequest, { signIn }: Pick<Rooms, "signIn">): void {
  if (request.routeOptions.config.stepUp === true) requireSecondFactor(request, { signIn });
}

/** The same where only some of a route's requests matter as much. @throws Problem STEP_UP_REQUIRED */
export function requireSecondFactor(request: FastifyRequest, { signIn }: Pick<Rooms, "signIn">): void {
  if (!signIn.needsStepUp(callerOf(request).session)) return;
  throw new Problem("STEP_UP_REQUIRED", "Send a code of your authenticator, then the same request again.", {
    extra: { how: "POST /v1/session/step-up {totp} or {recoveryCode}" },
  });
}

/** Holds every route of a scope to what its `config.access` says, before its body is read. */
export function enforceAccess(
  app: FastifyInstance,
  events: Events,
  { audited, signIn }: Pick<Rooms, "audited" | "signIn">,
): void {
  app.addHook("onRoute", (route: RouteOptions) => {
    if (route.config?.access === undefined)
      throw new Error(`${String(route.method)} ${route.url} does not say who it is for`);
  });
  app.addHook("onRequest", async (request) => {
    const access = request.routeOptions.config.access;
    if (access === undefined || access === "public") return;
    const caller = callerOf(request);
    if (access === "signed-in" || mayDo(caller.roles, access)) return requireStepUp(request, { signIn });
    await recordRefusal(audited, caller, access);
    requireAction(caller, access, events);
  });
}

/** Attempts are on record as acts are (INV-3, AUD-5). */
export async function recordRefusal(
  audited: Rooms["audited"],
  caller: Caller,
  wanted: Action,
): Promise<void> {
  await audited.do(caller.actor, sessionActs.refuseRole, { wanted, roles: caller.roles });
}

/** The person who asks. @throws Problem NOT_SIGNED_IN */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) {
    throw new Problem(
      "NOT_SIGNED_IN",
      "Sign in at POST /v1/session, and send the session as cookie or Bearer token.",
    );
  }
  return request.caller;
}

/** The start of a sentence: `Your role, operator, does` or `Your roles, analyst and investigator, do`. */
export const sayOwnRoles = (roles: readonly string[]): string =>
  roles.length === 1
    ? `Your role, ${roles[0]}, does`
    : `Your roles, ${roles.join(", ").replace(/, ([^,]*)$/, " and $1")}, do`;

/** Refuses what a role may not do. @throws Problem NOT_AUTHORISED with the rule that refused and what would be needed */
export function requireAction(caller: Caller, action: Action, events: Events): void {
  if (mayDo(caller.roles, action)) return;
  events.refused({ person: caller.person, roles: caller.roles, action });
  throw new Problem("NOT_AUTHORISED", `${sayOwnRoles(caller.roles)} not include this.`, {
    extra: {
      rules: [`role-may-${action.replace(".", "-")}`],
      needed: [`One of the roles ${rolesThatMay(action).join(", ")}.`],
    },
  });
}
