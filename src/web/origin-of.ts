import type { FastifyRequest } from "fastify";

/** How people reach the service: as the settings say, or as this browser did. Without a slash at its end. */
export const originOf = (
  request: FastifyRequest,
  { publicUrl }: { publicUrl?: string | undefined },
): string => (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/$/, "");
