import type { FastifyInstance } from "fastify";
import { Problem } from "../../errors.ts";
import { networkMatcher } from "../../identity/network-matcher.ts";
import { ROUTES } from "../paths.ts";
import type { ServerOptions } from "../http/server-options.ts";

/** For those who run the service: is it up, can it work, what does it count. */
export async function operations(
  app: FastifyInstance,
  options: Pick<ServerOptions, "rooms" | "metrics" | "metricsNetworks">,
): Promise<void> {
  const { health } = options.rooms;
  const { registry } = options.metrics;
  const mayMeasure = networkMatcher(options.metricsNetworks);

  app.get(ROUTES.healthz, async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "up" }),
  );

  app.get(ROUTES.readyz, async (_request, reply) => {
    const readiness = await health.readiness();
    return reply
      .code(readiness.ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send(readiness);
  });

  app.get(ROUTES.metrics, async (request, reply) => {
    if (!mayMeasure(request.ip))
      throw new Problem(
        "NETWORK_REFUSED",
        "Metrics are given to the networks in the metricsNetworks setting.",
      );
    return reply
      .type(registry.contentType)
      .header("cache-control", "no-store")
      .send(await registry.metrics());
  });
}
