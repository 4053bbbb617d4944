import type { FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";
import type { Site } from "../../identity/sign-in/passkeys.ts";
import type { Visit } from "../../identity/sign-in/visit.ts";

const LONGEST_DEVICE = 200;
/** Names the people who have signed in with this browser; it opens nothing. */
export const DEVICE_COOKIE = "waywarden_device";

/** From where a request comes. Forwarded headers count only where a trusted proxy sent them (see `trustProxy`). */
export const visitOf = (request: FastifyRequest): Visit => ({
  address: request.ip,
  device: (request.headers["user-agent"] ?? "").slice(0, LONGEST_DEVICE),
  knownDevices: request.cookies?.[DEVICE_COOKIE],
  requestId: request.id,
});

/**
 * Where people reach the service: the setting, or what the request was sent to.
 * @throws Problem BAD_REQUEST for a host that is none
 */
export function originOf(request: FastifyRequest, publicUrl: string | undefined): string {
  const address = publicUrl ?? `${request.protocol}://${request.host}`;
  if (!URL.canParse(address)) throw new Problem("BAD_REQUEST", "The host header is not a host.");
  return new URL(address).origin;
}

/** The same for passkeys, which belong to a name. @throws Problem CONFLICT where the service is reached by a bare address */
export function siteOf(request: FastifyRequest, publicUrl: string | undefined): Site {
  const origin = originOf(request, publicUrl);
  const host = new URL(origin).hostname;
  if (/^[\d.]+$|^\[/.test(host))
    throw new Problem(
      "CONFLICT",
      `Passkeys belong to a host name: open the service by its name, not ${host}.`,
    );
  return { origin, host };
}
