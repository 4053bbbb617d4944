import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import type { SignedInResult, SignInResult } from "../../identity/sign-in/sessions.ts";
import { tooManyAttempts } from "../../identity/sign-in/sign-in.ts";
import type { Events } from "../../observe/events.ts";
import { refusedNetwork, SESSION_COOKIE, sessionCookieOptions } from "../http/access.ts";
import type { Rooms } from "../rooms.ts";
import { DEVICE_COOKIE, visitOf } from "./visit-of.ts";

/** How long a browser stays known to those who signed in with it. */
const DEVICE_KEPT_SECONDS = 180 * 86_400;

interface Parts {
  readonly rooms: Pick<Rooms, "signIn">;
  readonly events: Pick<Events, "signedIn" | "signInRefused">;
  readonly https: boolean;
}

/**
 * Gives the browser its new session, and ends the one it held before (session fixation). The pages and the API do this alike.
 * @throws Problem SIGN_IN_FAILED with one sentence for every reason (ACC-6); TOO_MANY_REQUESTS; NETWORK_REFUSED
 */
export async function giveSession(
  request: FastifyRequest,
  reply: FastifyReply,
  result: SignInResult,
  { rooms, events, https }: Parts,
): Promise<SignedInResult> {
  if (result.outcome === "refused") {
    events.signInRefused({ address: request.ip, code: result.why });
    if (result.why === "locked") throw tooManyAttempts(result.retryAfter);
    if (result.why === "network") throw refusedNetwork();
    throw new Problem(
      "SIGN_IN_FAILED",
      "Check the username, password and code. Each code works only once: wait for the next one.",
    );
  }
  const { person, token } = result;
  if (request.credential?.by === "cookie") {
    await rooms.signIn.replace(request.credential.secret, visitOf(request)).catch(async (error: unknown) => {
      await rooms.signIn.takeBack(token);
      throw error;
    });
  }
  events.signedIn({ person: person.id, roles: person.roles });
  reply.setCookie(SESSION_COOKIE, token, sessionCookieOptions(https));
  reply.setCookie(DEVICE_COOKIE, result.knownDevices, {
    ...sessionCookieOptions(https),
    maxAge: DEVICE_KEPT_SECONDS,
  });
  return result;
}
