import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import Fastify, { LogController, type FastifyInstance } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { Problem } from "../errors.ts";
import { countedIntake } from "../observe/counted-intake.ts";
import { originForm } from "../ingest/feeds/origin-form.ts";
import type { Events } from "../observe/events.ts";
import { enforceAccess, identifyPeople, keepToNetworks } from "./http/access.ts";
import { answerClientError } from "./http/client-errors.ts";
import { collectReceipts } from "./http/collect-receipts.ts";
import { acceptJsonAndCsv } from "./http/csv-body.ts";
import { networkMatcher } from "../identity/network-matcher.ts";
import { describeApi } from "./open-api/open-api.ts";
import { problemHandler, sendProblem } from "./http/problem-reply.ts";
import { problemFrom } from "./http/problem-from.ts";
import { limitRequests } from "./http/rate-limits.ts";
import { replyCompiler } from "./http/replies.ts";
import { requestIdOf } from "./http/request-ids.ts";
import { refuseForeignOrigins } from "./http/same-origin.ts";
import { operations } from "./operations/routes.ts";
import { RESOURCES } from "./routes.ts";
import { RouteTable } from "./http/route-table.ts";
import { sendSecurityHeaders } from "./http/security-headers.ts";
import type { Scope, ServerOptions } from "./http/server-options.ts";
import { guardSlowBodies } from "./feeds/slow-body.ts";
import { StreamPlaces } from "./hits/stream-places.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Every address that was registered. */
    routeTable: RouteTable;
    /** The OpenAPI 3.1 document; complete once the server is ready. */
    openApi: () => Record<string, unknown>;
  }
}

/** The HTTP edge, ready but not listening. Everything it needs is handed in; closing it ends every stream. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = createInstance(options);
  const table = new RouteTable();
  table.watch(app);
  app.decorate("routeTable", table);
  const places = new StreamPlaces(options.limits.streams);
  app.decorate("streamPlaces", places);
  app.addHook("preClose", async () => places.endAll());
  const stopHearing = await options.rooms.onAccessChange(() => places.recheckAll());
  app.addHook("onClose", stopHearing);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(replyCompiler(options.checkReplies === true));
  app.setErrorHandler(problemHandler(options.events, options.renderErrorPage));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  collectReceipts(app, options.log?.receipts);
  app.addHook("onRequest", async (request) => {
    // Node keeps the first of two, a proxy in front may have looked at the other.
    if (request.raw.rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === "host").length > 1)
      throw new Problem("BAD_REQUEST", "Send one Host header.");
  });
  guardSlowBodies(app, options.limits);

  await app.register(operations, options);
  if (options.open !== undefined) await app.register(options.open);
  if (options.feeds !== undefined) await registerFeeds(app, options.feeds, options.events);
  await app.register(async (people) => servePeople(people, options));
  return app;
}

function createInstance(options: ServerOptions): FastifyInstance {
  const { limits, events } = options;
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: requestIdOf,
    // A logger a request would cost more than parsing the request; events name the request id themselves.
    childLoggerFactory: (logger) => logger,
    rewriteUrl: (request) => originForm(request.url ?? "/"),
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    bodyLimit: limits.bodyBytes,
    // Node's limit is on the whole request and would cut long streams; guardSlowBodies watches progress instead.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: "idle",
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: 2_000 },
    clientErrorHandler(error, socket) {
      answerClientError(app, error, socket);
    },
    frameworkErrors: (error, request, reply) => {
      void sendProblem(request, reply, problemFrom(error));
    },
    routerOptions: { maxParamLength: 512 },
  }) as unknown as FastifyInstance;
  app.server.maxConnections = limits.connections;
  // Who has sent all and closes its own half still waits for the answer; without it, it would send the same for ever.
  Object.assign(app.server, { httpAllowHalfOpen: true });
  app.server.on("drop", () => events.connectionDropped());
  return app;
}

/** Each protocol in a scope of its own; limited by size and connections, never by count. */
async function registerFeeds(
  app: FastifyInstance,
  feeds: NonNullable<ServerOptions["feeds"]>,
  events: Events,
): Promise<void> {
  for (const protocol of feeds.protocols) {
    await app.register(async (scope) => {
      const intake = countedIntake(feeds.context.intake, protocol.name, events, feeds.context.now);
      protocol.routes(scope, { ...feeds.context, intake, metrics: events });
    });
  }
}

/** Everything for people: the API and the pages, behind the same guards in the same order. */
async function servePeople(people: FastifyInstance, options: ServerOptions): Promise<void> {
  const { rooms, events, limits } = options;
  await people.register(cookie);
  await people.register(formbody, { bodyLimit: 64 * 1024 });
  await sendSecurityHeaders(people, options.https);
  if (options.allowedNetworks.length > 0) allowNetworks(people, options.allowedNetworks);
  identifyPeople(people, rooms);
  await limitRequests(people, limits);
  keepToNetworks(people, rooms);
  refuseForeignOrigins(people, rooms);
  people.setNotFoundHandler(async (request, reply) => {
    const methods = people.routeTable.methodsFor(request.url.split("?", 1)[0] ?? "");
    if (methods.length === 0 || methods.includes(request.method))
      throw new Problem("NOT_FOUND", "Check the address against /v1/openapi.json.");
    reply.header("allow", methods.join(", "));
    throw new Problem("METHOD_NOT_ALLOWED", `This address takes ${methods.join(", ")}.`);
  });

  await people.register(async (api) => {
    await describeApi(api, rooms.version);
    neverStore(api);
    enforceAccess(api, events, rooms);
    acceptJsonAndCsv(api);
    for (const resource of RESOURCES)
      await api.register(async (scope) => resource(scope as unknown as Scope, options));
  });
  if (options.pages !== undefined) await people.register(options.pages);
}

/** What the API says about people and vehicles stays in no cache. */
function neverStore(api: FastifyInstance): void {
  api.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store");
  });
}

function allowNetworks(people: FastifyInstance, ranges: readonly string[]): void {
  const allowed = networkMatcher(ranges);
  people.addHook("onRequest", async ({ ip }) => {
    if (!allowed(ip))
      throw new Problem("NETWORK_REFUSED", "Come from a network in the allowedNetworks setting.");
  });
}
