import type { FastifyInstance } from "fastify";
import { buildServer } from "../../src/api/server.ts";
import { DEFAULT_SERVER_LIMITS } from "../../src/api/server-options.ts";
import { createEvents } from "../../src/observe/events.ts";
import { createLogger } from "../../src/observe/log.ts";
import { createMetrics } from "../../src/observe/metrics.ts";
import { webPages } from "../../src/web/web.ts";
import { buildAssets } from "../../tools/assets/build.mjs";
import { shippedPolicy } from "../servers/shipped-policy.ts";
import { SampleRooms } from "./sample-rooms.ts";

/** The real HTTP edge and the real pages over rooms in memory; not yet listening. */
export async function previewServer(
  sample = new SampleRooms(),
): Promise<{ app: FastifyInstance; sample: SampleRooms }> {
  await buildAssets();
  const logger = createLogger({ level: "silent" });
  const metrics = createMetrics();
  const events = createEvents(metrics, logger);
  const { rooms } = sample;
  const limits = {
    ...DEFAULT_SERVER_LIMITS,
    requestsPerMinute: 100_000,
    signInsPerUsername: 1_000,
    signInsPerAddress: 10_000,
  };
  const web = webPages({
    rooms,
    nrdHistory: async () => [
      {
        at: new Date(sample.now() - 86_400_000).toISOString(),
        from: "suspended",
        to: "live",
        by: "estate",
        reason: "Mended by the contractor",
      },
      {
        at: new Date(sample.now() - 86_400_000 * 3).toISOString(),
        from: "live",
        to: "suspended",
        by: null,
        reason: "Clock 9 minutes slow",
      },
    ],
    pack: shippedPolicy.pack,
    events,
    limits,
    https: false,
    now: sample.now,
  });
  const app = await buildServer({
    logger,
    metrics,
    events,
    rooms,
    limits,
    https: false,
    trustProxy: [],
    allowedNetworks: [],
    metricsNetworks: [],
    ...web,
  });
  await app.ready();
  return { app, sample };
}
